/** What administrators are shown of the models; held against the server's document as `types.ts` is. */
import type { Estimate, EvidenceLevel, FlagStatus, Person, SiteRef, Task, Text } from "./types";

export type IndicatorState = "too_few" | "in_band" | "alarm";

/** One figure that is watched in service, and the band it must stay in. */
export interface Indicator {
  value: Estimate | null;
  /** Series, scores or signed cases that it rests on. */
  counted: number;
  band: [number, number];
  alarm: boolean;
  state: IndicatorState;
}

export interface Watch {
  since: string | null;
  series: number;
  not_analysable: Indicator & { share: Estimate | null; reasons: { text: Text; count: number }[] };
  drift: Indicator & { measure: Text };
  agreement: Indicator & {
    share: Estimate | null;
    reports: number;
    sensitivity: Estimate | null;
    specificity: Estimate | null;
  };
}

/** Figures of a model on labelled studies. */
export interface Measured {
  positives: number;
  negatives: number;
  sensitivity: Estimate;
  specificity: Estimate;
}

/** One model at one site: evidence, sign-off and watch are the site's. */
export interface ServedModel {
  site: SiteRef;
  name: string;
  version: string;
  sha256: string;
  task: Task;
  role: "active" | "candidate";
  threshold: number;
  /** In effect here. */
  evidence: EvidenceLevel;
  /** What the pack itself states. */
  pack_evidence: EvidenceLevel;
  /** What the site asks before a result may move the queue. */
  minimum: EvidenceLevel;
  moves_queue: boolean;
  licence: string;
  training_data: string;
  measured: Measured & { auc: Estimate | null };
  signed: (Measured & { by: Person | null; at: string; evaluation_sha256: string }) | null;
  watch: Watch | null;
}

/** What one of two models says of a series. */
export interface Word {
  name: string;
  /** Null where the network is not installed any more. */
  version: string | null;
  status: FlagStatus;
  flag: boolean | null;
  probability: number | null;
}

/** A series of which a candidate says otherwise than the model in service. */
export interface Disagreement {
  case_id: string | null;
  site: SiteRef;
  series_instance_uid: string;
  task: Task;
  at: string;
  active: Word | null;
  candidate: Word;
}
