import type { Patient, Person, SiteRef, Text } from "./types";

export type ScannerModality = "CT" | "MR";

export type Phase =
  | "non_contrast_head"
  | "angiography_arch_to_vertex"
  | "multiphase_angiography"
  | "ct_perfusion"
  | "delayed_head"
  | "diffusion"
  | "flair"
  | "susceptibility"
  | "time_of_flight"
  | "contrast_angiography"
  | "mr_perfusion";

export type Answer = "yes" | "no" | "unknown";
export type ConcernName = "renal" | "allergy" | "pregnancy" | "implant";

export interface PrescriptionInput {
  modality: ScannerModality;
  phases: Phase[];
  contrast: { kind: "none" } | { kind: "injected"; dose_ml: number };
  range: string;
  reason: string;
  questions: {
    renal: { kind: "known"; egfr: number } | { kind: "unknown" };
    allergy: Answer;
    pregnancy: Answer;
    implant: Answer;
  };
  despite: string;
}

export interface ProtocolConcern {
  concern: ConcernName;
  name: Text;
}

export interface Protocol {
  protocol_id: string;
  case_id: string;
  site: SiteRef;
  patient: Patient;
  modality: ScannerModality;
  phases: { phase: Phase; name: Text }[];
  contrast_ml: number | null;
  range: string;
  reason: string;
  questions: { egfr: number | null; allergy: Answer; pregnancy: Answer; implant: Answer };
  against: ProtocolConcern[];
  unknown: ProtocolConcern[];
  despite: string;
  prescribed_by: Person | null;
  prescribed_at: string;
  state: "prescribed" | "acknowledged" | "done" | "deviated" | "refused" | "withdrawn";
  /** Something is still to be done. */
  open: boolean;
  state_by: Person | null;
  state_at: string | null;
  /** What was done otherwise, or why it was refused. */
  note: string;
  imaged: { by: "image" | "scanner"; at: string } | null;
}
