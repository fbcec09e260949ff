/** "13:20", "1320", "13h20" or "8:05" → hours and minutes of a day of 24 hours; null when it is no such time. */
export function readTime(typed: string): { hours: number; minutes: number } | null {
  const match = typed.trim().match(/^(\d{1,2})\s*[:hH.]?\s*(\d{2})$/);
  if (!match) return null;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  return hours > 23 || minutes > 59 ? null : { hours, minutes };
}

/** The same as "HH:MM"; empty when it is no time. */
export function asTime(typed: string): string {
  const read = readTime(typed);
  if (!read) return "";
  return [read.hours, read.minutes].map((part) => String(part).padStart(2, "0")).join(":");
}

/** What a field shows: what was typed as long as it means the value, else the value. */
export function shownTime(typed: string, value: string): string {
  return asTime(typed) === value ? typed : value;
}

/** A day and a time as the local moment "2026-12-24T20:00"; a part that is missing stays empty on its side of the T. */
export function joinMoment(day: string, time: string): string {
  return `${day}T${time}`;
}

/** The day and the time of "2026-12-24T20:00:00", either empty where it is missing. */
export function splitMoment(moment: string): { day: string; time: string } {
  const [day = "", time = ""] = moment.split("T");
  return { day, time: time.slice(0, 5) };
}

/** Whether a day and a time are both there. */
export function isWholeMoment(moment: string): boolean {
  const { day, time } = splitMoment(moment);
  return day !== "" && time !== "";
}
