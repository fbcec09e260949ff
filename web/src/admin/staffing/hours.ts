/** A time of day as a moment: the next one that comes, in the browser's own time zone. */
export function nextAt(timeOfDay: string, nowMs: number): string {
  const [hours = 0, minutes = 0] = timeOfDay.split(":").map(Number);
  const at = new Date(nowMs);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() < nowMs - 60_000) at.setDate(at.getDate() + 1);
  return at.toISOString();
}
