/** The images of a case and what the networks said of them; held against the server's document as `types.ts` is. */
import type { Text } from "./types";

export type Task = "hemorrhage" | "occlusion" | "infarct";

export type FlagStatus = "pending" | "analysed" | "not_analysable" | "not_applicable" | "failed";

export type EvidenceLevel = "phantom" | "internal" | "external" | "site";

export interface PredictiveValue {
  value: number;
  low: number;
  high: number;
}

/** A share or a figure with its 95 % interval. */
export type Estimate = PredictiveValue;

export interface ModelRef {
  name: string;
  version: string;
  sha256: string;
}

/** Where a finding lies, in the patient's own left and right. */
export interface Location {
  territory: string | null;
  segment: string | null;
  side: string;
  text: Text;
}

export interface Flag {
  task: Task;
  status: FlagStatus;
  reason: string | null;
  reason_text?: Text | null;
  flag: boolean | null;
  provisional: boolean;
  probability: number | null;
  threshold: number | null;
  ppv: PredictiveValue | null;
  npv: PredictiveValue | null;
  evidence: EvidenceLevel | null;
  /** Analysed, by a model whose evidence this site admits; otherwise research information. */
  moves_queue: boolean;
  volume_ml: number | null;
  /** Kothari's ABC/2, for bleeding only. */
  abc2_ml: number | null;
  location: Location | null;
  model: ModelRef | null;
  series_instance_uid: string | null;
  slices_seen: number;
}

export interface KeyInstance {
  sop_instance_uid: string;
  /** From 1, where the instance has several. */
  frame: number | null;
  index: number;
}

export interface SliceProbability {
  sop_instance_uid: string;
  frame: number | null;
  probability: number;
}

export interface Analysis extends Flag {
  key_instance: KeyInstance | null;
  slices: SliceProbability[];
  timing_ms: Record<string, number> | null;
}

export interface Series {
  series_instance_uid: string;
  modality: string;
  kind: string | null;
  description: string | null;
  instances: number;
  complete: boolean;
  /** A report or a segmentation: it holds no image to read. */
  document: boolean;
}

export interface Study {
  study_instance_uid: string;
  description: string | null;
  study_date: string | null;
  modalities: string[];
  series: Series[];
}

/** A study that no case has yet. */
export interface UnassignedStudy {
  study_instance_uid: string;
  site: string;
  patient_id: string | null;
  patient_name: string | null;
  description: string | null;
  study_date: string | null;
  received_at: string;
}

/** Closed line in the pixel coordinates of its instance; 0,0 is the centre of the first pixel. */
export type Contour = [number, number][];

/** By image: the SOP Instance UID, with `/frame` where the instance has several. */
export interface AnalysisOverlay {
  task: Task;
  model: string;
  instances: Record<string, Contour[]>;
}

export interface Overlay {
  instances: Record<string, { probability: number; contours: Contour[] }>;
  analyses: AnalysisOverlay[];
}
