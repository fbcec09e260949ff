import type { Sheet } from "../scales/sheet";
import type { AlertInput, Anticoagulant, OnsetKind, Sex } from "../shared/api/types";
import { readTime } from "../shared/clock-time";

/** The scales that an alert may carry item by item. */
export const EXAMINED = ["nihss", "race"] as const;
export type Examined = (typeof EXAMINED)[number];

/** The form as typed: text stays text until it is sent. */
export interface Draft {
  /** The same for every try of one alert, so that a repeat after a lost answer opens no second case. */
  key: string;
  site: string;
  familyName: string;
  givenName: string;
  patientId: string;
  birthDate: string;
  sex: Sex | null;
  onset: OnsetKind | null;
  onsetTime: string;
  nihss: string;
  race: string;
  /** The sheets behind the totals; null where a total was typed. */
  examined: Record<Examined, Sheet | null>;
  anticoagulant: Anticoagulant | null;
  note: string;
}

export function emptyDraft(site: string, key: string): Draft {
  return {
    key,
    site,
    familyName: "",
    givenName: "",
    patientId: "",
    birthDate: "",
    sex: null,
    onset: null,
    onsetTime: "",
    nihss: "",
    race: "",
    examined: { nihss: null, race: null },
    anticoagulant: null,
    note: "",
  };
}

/** "12031951" or "12/3/1951" → "1951-03-12"; null when it is no day of the calendar. */
export function parseBirthDate(typed: string): string | null {
  const match = typed.trim().match(/^(\d{1,2})[/.\s-]?(\d{1,2})[/.\s-]?(\d{4})$/);
  if (!match) return null;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  const real =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1880 ? date.toISOString().slice(0, 10) : null;
}

/** Puts the slashes in while the digits are typed. */
export function maskBirthDate(typed: string): string {
  if (!/^\d*$/.test(typed.replaceAll("/", ""))) return typed;
  const digits = typed.replaceAll("/", "").slice(0, 8);
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean);
  return parts.join("/");
}

/** "13:20", "1320" or "13h20" → the last moment that day had that time: never in the future. */
export function parseOnsetTime(typed: string, nowMs: number): string | null {
  const time = readTime(typed);
  if (!time) return null;
  const at = new Date(nowMs);
  at.setHours(time.hours, time.minutes, 0, 0);
  if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
  return at.toISOString();
}

function parseScore(typed: string, most: number): number | null | "invalid" {
  if (typed.trim() === "") return null;
  const value = Number(typed);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : "invalid";
}

export const NIHSS_MOST = 42;
export const RACE_MOST = 9;

export type FieldName =
  | "familyName"
  | "givenName"
  | "patientId"
  | "birthDate"
  | "sex"
  | "onset"
  | "onsetTime"
  | "nihss"
  | "race"
  | "anticoagulant";

/** Where each field stands in what is sent: the server's refusals come back by these pointers. */
export const POINTER: Record<FieldName, string> = {
  familyName: "/patient/family_name",
  givenName: "/patient/given_name",
  patientId: "/patient/id",
  birthDate: "/patient/birth_date",
  sex: "/patient/sex",
  onset: "/onset/kind",
  onsetTime: "/onset/at",
  nihss: "/nihss",
  race: "/race",
  anticoagulant: "/anticoagulant",
};

export type Refusal = "required" | "date" | "time" | "nihss" | "race";

/** What the form itself can refuse before anything is sent. */
export function check(draft: Draft, nowMs: number): Partial<Record<FieldName, Refusal>> {
  const errors: Partial<Record<FieldName, Refusal>> = {};
  for (const name of ["familyName", "givenName", "patientId"] as const) {
    if (!draft[name].trim()) errors[name] = "required";
  }
  if (!draft.birthDate.trim()) errors.birthDate = "required";
  else if (!parseBirthDate(draft.birthDate)) errors.birthDate = "date";
  if (!draft.sex) errors.sex = "required";
  if (!draft.onset) errors.onset = "required";
  if (draft.onset === "known" && !parseOnsetTime(draft.onsetTime, nowMs)) errors.onsetTime = "time";
  if (parseScore(draft.nihss, NIHSS_MOST) === "invalid") errors.nihss = "nihss";
  if (parseScore(draft.race, RACE_MOST) === "invalid") errors.race = "race";
  if (!draft.anticoagulant) errors.anticoagulant = "required";
  return errors;
}

/** What is sent, once `check` found nothing. */
export function toAlert(draft: Draft, nowMs: number): AlertInput {
  const score = (typed: string, most: number) => {
    const value = parseScore(typed, most);
    return value === "invalid" ? null : value;
  };
  return {
    site: draft.site,
    patient: {
      id: draft.patientId.trim(),
      family_name: draft.familyName.trim(),
      given_name: draft.givenName.trim(),
      birth_date: parseBirthDate(draft.birthDate),
      sex: draft.sex ?? "U",
    },
    onset: {
      kind: draft.onset ?? "unknown",
      at: draft.onset === "known" ? parseOnsetTime(draft.onsetTime, nowMs) : null,
    },
    door_at: null,
    nihss: score(draft.nihss, NIHSS_MOST),
    race: score(draft.race, RACE_MOST),
    anticoagulant: draft.anticoagulant ?? "unknown",
    note: draft.note.trim(),
  };
}

const KEPT = "vigie.alert-draft";

/** The draft lives in this tab only, and goes with the session: it names a patient. */
export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(KEPT, JSON.stringify(draft));
}

export function keptDraft(): Draft | null {
  const kept = sessionStorage.getItem(KEPT);
  if (!kept) return null;
  try {
    return { ...emptyDraft("", ""), ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    return null;
  }
}

export function dropDraft(): void {
  sessionStorage.removeItem(KEPT);
}
