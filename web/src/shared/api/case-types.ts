/** A case from its alert to its decision; held against the server's document as `types.ts` is. */
import type { DispatchDecision } from "./dispatch-types";
import type { Analysis, Estimate, Study } from "./imaging-types";
import type { Item } from "./queue-types";
import type { Report } from "./report-types";
import type { Person, Text } from "./types";

export type Sex = "M" | "F" | "O" | "U";

export interface Patient {
  id: string;
  family_name: string;
  given_name: string;
  birth_date: string | null;
  sex: Sex;
}

export type OnsetKind = "known" | "wake_up" | "unknown";

export interface Onset {
  kind: OnsetKind;
  at: string | null;
}

export type Anticoagulant = "none" | "vka" | "doac" | "unknown";

export type Diagnosis = "haemorrhage" | "lvo" | "ischaemia" | "mimic" | "undetermined";

export type Treatment = "thrombolysis" | "thrombectomy" | "neurosurgery" | "medical" | "none";

export interface DecisionInput {
  diagnosis: Diagnosis;
  treatments: Treatment[];
  nihss: number | null;
  note: string;
}

export interface Decision extends DecisionInput {
  by: Person | null;
  at: string;
}

export interface Posterior {
  hemorrhage: number;
  lvo: number;
  nlvo: number;
  mimic: number;
  /** How far the models' measured rates leave the shares open; null where no model counts. */
  ranges: Record<"hemorrhage" | "lvo" | "nlvo" | "mimic", Estimate> | null;
}

export interface Benchmark {
  code: string;
  label: Text;
  minutes: number | null;
  target: number;
}

export interface Case extends Omit<Item, "decision"> {
  door_at: string | null;
  note: string;
  posterior: Posterior | null;
  studies: Study[];
  analyses: Analysis[];
  decision: Decision | null;
  report: Report | null;
  /** An hour from the first image. */
  report_due_at: string | null;
  /** When the first version was signed. */
  reported_at: string | null;
  dispatch_decision: DispatchDecision | null;
  benchmarks: Benchmark[];
}

export interface AlertInput {
  site: string;
  patient: Patient;
  onset: Onset;
  door_at: string | null;
  nihss: number | null;
  race: number | null;
  anticoagulant: Anticoagulant;
  note: string;
}

export interface TimelineEvent {
  at: string;
  actor: Person | null;
  kind: string;
  text: Text;
}
