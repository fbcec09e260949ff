import type { Clock, Onset, Patient, Sex } from "./api/types";
import { lang } from "./i18n/words";

export type Lang = "fr" | "en";

const LOCALE = { fr: "fr-FR", en: "en-GB" } as const;
const MINUTE = 60_000;

/** Whole minutes between two moments, towards the past when negative. */
export function minutesBetween(from: string | number, to: string | number): number {
  const ms = (v: string | number) => (typeof v === "number" ? v : Date.parse(v));
  return Math.floor((ms(to) - ms(from)) / MINUTE);
}

/** No line may end between a number and its unit. */
const KEPT = "\u00a0";

/** 38 → "38 min"; 113 → "1 h 53". */
export function duration(minutes: number): string {
  const m = Math.abs(Math.round(minutes));
  if (m < 60) return `${m}${KEPT}min`;
  const hours = `${Math.floor(m / 60)}${KEPT}h`;
  const rest = m % 60;
  if (m >= 48 * 60) return `${Math.round(m / 1440)}${KEPT}${lang.value === "fr" ? "j" : "d"}`;
  return rest === 0 ? hours : `${hours}${KEPT}${String(rest).padStart(2, "0")}`;
}

/** 24-hour time of day. */
export function timeOfDay(at: string | number, lang: Lang): string {
  return new Date(at).toLocaleTimeString(LOCALE[lang], { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function timeWithSeconds(at: string | number, lang: Lang): string {
  return new Date(at).toLocaleTimeString(LOCALE[lang], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

/** The time, and the day too when it is not today. */
export function moment(at: string, nowMs: number, lang: Lang): string {
  const date = new Date(at);
  const time = timeOfDay(at, lang);
  if (date.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${date.toLocaleDateString(LOCALE[lang], { day: "2-digit", month: "2-digit" })} ${time}`;
}

/** The day, with its year, and the time: for what is kept. */
export function momentFull(at: string, lang: Lang): string {
  const day = { day: "2-digit", month: "2-digit", year: "numeric" } as const;
  return `${new Date(at).toLocaleDateString(LOCALE[lang], day)} ${timeOfDay(at, lang)}`;
}

/** "1951-03-12" → "12/03/1951", without ever passing through a time zone. */
export function birthDate(iso: string | null): string | null {
  const match = iso?.match(/^(\d{4})-(\d{2})-(\d{2})/);
  return match ? `${match[3]}/${match[2]}/${match[1]}` : null;
}

/** "2026-12-24" → "jeu. 24 déc. 2026", without ever passing through a time zone; empty when it is no day. */
export function dayInWords(iso: string, lang: Lang): string {
  const noon = new Date(`${iso}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return "";
  const parts = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  } as const;
  return noon.toLocaleDateString(LOCALE[lang], parts);
}

/** "2026-12" → "12/2026"; a dash when there is none. */
export function monthOf(iso: string | undefined): string {
  const match = iso?.match(/^(\d{4})-(\d{2})$/);
  return match ? `${match[2]}/${match[1]}` : "–";
}

export function age(iso: string | null, nowMs: number): number | null {
  const match = iso?.match(/^(\d{4})-(\d{2})-(\d{2})/);
  if (!match) return null;
  const today = new Date(nowMs);
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const before = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < day);
  return today.getFullYear() - year - (before ? 1 : 0);
}

/** Family name in capitals, then the given name. */
export function fullName(patient: Patient): string {
  return [patient.family_name.toLocaleUpperCase("fr"), patient.given_name].filter(Boolean).join(" ");
}

export const SEX_SHORT: Record<Lang, Record<Sex, string>> = {
  fr: { M: "M", F: "F", O: "autre", U: "sexe inconnu" },
  en: { M: "M", F: "F", O: "other", U: "sex unknown" },
};

/** 0.938 → "94 %" (narrow no-break space, as French typography asks; none in English). */
export function percent(share: number, lang: Lang, digits = 0): string {
  return new Intl.NumberFormat(LOCALE[lang], {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(share);
}

/** "[41–78]": the ends of a share's interval, in hundredths. */
export function between({ low, high }: { low: number; high: number }): string {
  const hundredths = (share: number) => String(Math.round(share * 100));
  return `[${hundredths(low)}–${hundredths(high)}]`;
}

export function decimal(value: number, lang: Lang, digits: number): string {
  return new Intl.NumberFormat(LOCALE[lang], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

export function euros(value: number, lang: Lang): string {
  return new Intl.NumberFormat(LOCALE[lang], {
    style: "currency",
    currency: "EUR",
    maximumFractionDigits: 0,
  }).format(value);
}

/** Where a case's diagnosis stands against its 45 and 120 minutes. Minutes left may be negative. */
export interface ClockReading {
  state: Clock["state"];
  elapsed: number;
  toTarget: number;
  toLimit: number;
  /** Share of the two hours gone, 0 to 1. */
  share: number;
  /** Where the target stands on that share. */
  targetShare: number;
}

export function readClock(clock: Clock, nowMs: number): ClockReading {
  const started = Date.parse(clock.started_at);
  const target = Date.parse(clock.target_at);
  const limit = Date.parse(clock.limit_at);
  const at = Math.max(started, clock.stopped_at ? Date.parse(clock.stopped_at) : nowMs);
  const span = Math.max(1, limit - started);
  const state = clock.stopped_at
    ? "stopped"
    : at >= limit
      ? "past_limit"
      : at >= target
        ? "past_target"
        : "running";
  return {
    state,
    elapsed: Math.max(0, Math.floor((at - started) / MINUTE)),
    toTarget: Math.ceil((target - at) / MINUTE),
    toLimit: Math.ceil((limit - at) / MINUTE),
    share: Math.min(1, Math.max(0, (at - started) / span)),
    targetShare: Math.min(1, Math.max(0, (target - started) / span)),
  };
}

/** Intravenous thrombolysis is given up to 4.5 h after the patient was last known well (AHA/ASA, ESO). */
export const THROMBOLYSIS_WINDOW_MIN = 270;

/** Minutes left for thrombolysis; null when the onset is not known, which is never a window. */
export function thrombolysisLeft(onset: Onset, nowMs: number): number | null {
  if (onset.kind !== "known" || !onset.at) return null;
  return THROMBOLYSIS_WINDOW_MIN - minutesBetween(onset.at, nowMs);
}
