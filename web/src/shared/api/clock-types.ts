/** The clock board of a case; held against the server's document as `types.ts` is. */
import type { Person, Text } from "./types";

export type MilestoneKind =
  | "door"
  | "first_image"
  | "last_image"
  | "opened"
  | "read"
  | "needle"
  | "departure"
  | "arrival"
  | "groin";

/** What a person entered of a moment; null took what was entered before back. */
export interface MilestoneEntry {
  at: string | null;
  reason: string;
  by: Person | null;
  recorded_at: string;
}

export interface Milestone {
  kind: MilestoneKind;
  label: Text;
  at: string | null;
  /** What the program saw, before any correction. */
  seen_at: string | null;
  may_be_entered: boolean;
  entries: MilestoneEntry[];
}

export type StretchState =
  | "not_started"
  | "not_planned"
  | "possible"
  | "running"
  | "overdue"
  | "met"
  | "missed";

/** A stretch of the path against its target, minutes. */
export interface StretchLine {
  code: string;
  label: Text;
  from_at: string | null;
  to_at: string | null;
  target: number;
  stretch_targets: number[];
  state: StretchState;
  minutes: number | null;
  source: string;
}

export interface ClockBoard {
  generated_at: string;
  board: StretchLine[];
  milestones: Milestone[];
}

export interface MilestoneInput {
  kind: MilestoneKind;
  at: string | null;
  reason: string;
}
