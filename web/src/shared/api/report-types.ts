import type { EvidenceLevel, Person, Task, Text } from "./types";

/**
 * The items of a structured report, in its order. `ich_score` is computed on signing where all its parts are stated;
 * otherwise it is the total that the reader enters.
 */
export type ItemName =
  | "haemorrhage"
  | "haemorrhage_site"
  | "haemorrhage_volume"
  | "ventricles"
  | "midline_shift"
  | "glasgow"
  | "nihss"
  | "ich_score"
  | "aspects"
  | "occlusion"
  | "occlusion_site"
  | "infarct"
  | "infarct_site"
  | "infarct_volume";

export type Presence = "present" | "absent" | "uncertain";
export type Side = "left" | "right" | "both";
export type AspectsRegion =
  | "caudate"
  | "lentiform"
  | "internal_capsule"
  | "insula"
  | "m1"
  | "m2"
  | "m3"
  | "m4"
  | "m5"
  | "m6";
export type RegionChange = "affected" | "unreadable";
/** A region that is not named is spared. */
export type Hemisphere = Partial<Record<AspectsRegion, RegionChange>>;
export type Aspects = Record<"left" | "right", Hemisphere>;

export interface BleedSite {
  kind: string;
  side: Side | null;
}

export interface VesselSite {
  vessel: string;
  side: Side | null;
}

export interface InfarctSite {
  territory: string;
  side: Side;
}

/** A value's form depends on its item. */
export type ItemValue =
  | Presence
  | "clear"
  | "bloody"
  | number
  | Aspects
  | BleedSite
  | VesselSite
  | InfarctSite;

/** The model's word behind an item. */
export interface Cited {
  task: Task;
  series_instance_uid: string;
  name: string;
  version: string;
  sha256: string;
  probability: number;
  threshold: number;
  evidence: EvidenceLevel;
}

export interface Proposal {
  item: ItemName;
  label: Text;
  value: ItemValue;
  text: Text;
  model: Cited;
}

export interface Statement {
  item: ItemName;
  label: Text;
  value: ItemValue;
  text: Text;
  source: "reader" | "confirmed" | "computed";
  model: Cited | null;
}

export type ReportStatus = "preliminary" | "final" | "addendum";

export interface ItemInput {
  item: ItemName;
  value: ItemValue;
  standing: "entered" | "proposed" | "confirmed";
}

export interface ReportInput {
  findings: string;
  conclusion: string;
  recommendation: string;
  status: ReportStatus;
  items: ItemInput[];
}

export interface ReportVersion {
  version: number;
  status: ReportStatus;
  findings: string;
  conclusion: string;
  recommendation: string;
  items: Statement[];
  signed_by: Person | null;
  signed_at: string;
}

/** The report in force, with what was added to it. */
export interface Report extends ReportVersion {
  addenda: ReportVersion[];
}
