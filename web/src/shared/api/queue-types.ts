/** The reading queue: rows, places, hand-overs and the readers it needs; held against the server's document as `types.ts` is. */
import type { Anticoagulant, Diagnosis, Onset, Patient } from "./case-types";
import type { Flag } from "./imaging-types";
import type { Person, Role, SiteRef, Text } from "./types";

export interface Clock {
  started_at: string;
  started_by: "alert" | "door" | "first_image";
  target_at: string;
  limit_at: string;
  state: "running" | "past_target" | "past_limit" | "stopped";
  stopped_at: string | null;
}

export interface Claim {
  user_id: string;
  display_name: string;
  role: Role | null;
  until: string;
}

/** Why a case stands where it stands. */
export type ReasonCode =
  | "ai_hemorrhage"
  | "ai_occlusion"
  | "ai_infarct"
  | "clinical_hemorrhage"
  | "clinical_lvo"
  | "clinical_ischaemia"
  | "deadline"
  | "past_limit"
  | "arrived"
  /** After one more reading the readers would no longer suffice: first, whatever else weighs. */
  | "last_turn";

export interface Reason {
  code: ReasonCode;
  text: Text;
  share: number;
}

export interface Item {
  case_id: string;
  position: number;
  urgency: number;
  sentence: Text;
  reasons: Reason[];
  flags: Flag[];
  clock: Clock;
  state: "waiting" | "reading" | "decided";
  claimed_by: Claim | null;
  patient: Patient;
  site: SiteRef;
  onset: Onset;
  nihss: number | null;
  race: number | null;
  anticoagulant: Anticoagulant;
  imaging: { series: number; instances: number; receiving: boolean };
  consult_id: string | null;
  decision: { diagnosis: Diagnosis; at: string } | null;
  left: Left | null;
  alert: boolean;
}

/** Who had a case before, and what they left for the next reader. */
export interface Left {
  by: Person | null;
  at: string;
  how: "given_back" | "lapsed";
  note: string;
  seen: string[];
}

/** What the reader tells the next. */
export interface HandOverInput {
  note: string;
  seen: string[];
}

/** A case's place among the undecided, and what would change it. */
export interface Place {
  position: number;
  of: number;
  urgency: number;
  reasons: Reason[];
  own_limit_at: string;
  brought_forward_minutes: number;
  changes: { text: Text; position: number }[];
}

/** How many readers the hours to come need. */
export interface Staffing {
  from: string;
  until: string;
  nights: number;
  cases: number;
  reading_mean_minutes: number;
  readings: number;
  needs: {
    readers: number;
    nights_kept: number;
    past_target: number;
    past_limit: number;
    longest_minutes: number;
  }[];
  recommended: number | null;
  kept: number;
  sentence: Text;
}

export interface Worklist {
  generated_at: string;
  readers_short: number;
  readers_needed: number;
  readers_present: number;
  /** What they are counted by: who is on call now, or, where no rota serves the sites, who is signed in. */
  readers_from: "rota" | "sessions";
  items: Item[];
}
