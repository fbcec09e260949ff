/**
 * What the server's JSON API says, in its own words (snake case, RFC 3339 times).
 * `contract.ts` holds each shape against the server's OpenAPI document.
 */
import type { DispatchDecision } from "./dispatch-types";
import type { Report } from "./report-types";

export type * from "./clock-types";
export type * from "./dispatch-types";
export type * from "./indicator-types";
export type * from "./model-types";
export type * from "./protocol-types";
export type * from "./report-types";
export type * from "./score-types";

/** A sentence for people, in both languages. */
export interface Text {
  fr: string;
  en: string;
}

export type Role =
  | "emergency"
  | "technologist"
  | "neurologist"
  | "radiologist"
  | "regulator"
  | "auditor"
  | "admin";

export interface SiteRef {
  id: string;
  name: string;
}

export interface User {
  id: string;
  username: string;
  display_name: string;
  role: Role;
  sites: SiteRef[];
}

export interface Session {
  csrf_token: string;
  expires_at: string;
  user: User;
}

/** RFC 9457, with the pointers of a refused field (RFC 6901). */
export interface ProblemBody {
  type?: string;
  title: string;
  status: number;
  /** In English, as RFC 9457 has it; people read `detail_text`. */
  detail?: string;
  detail_text?: Text;
  instance?: string;
  code?: string;
  errors?: { pointer: string; detail: Text | string }[];
  holder?: Claim;
}

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

export type Task = "hemorrhage" | "occlusion" | "infarct";
export type FlagStatus = "pending" | "analysed" | "not_analysable" | "not_applicable" | "failed";
export type EvidenceLevel = "phantom" | "internal" | "external" | "site";

/** Who did something. */
export interface Person {
  display_name: string;
  role: Role;
}

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

export interface Reason {
  code: string;
  text: Text;
  share: number;
}

export type Diagnosis = "haemorrhage" | "lvo" | "ischaemia" | "mimic" | "undetermined";
export type Treatment = "thrombolysis" | "thrombectomy" | "neurosurgery" | "medical" | "none";

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
  items: Item[];
}

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

export interface Posterior {
  hemorrhage: number;
  lvo: number;
  nlvo: number;
  mimic: number;
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

export interface TimelineEvent {
  at: string;
  actor: Person | null;
  kind: string;
  text: Text;
}

export interface RegionSite {
  id: string;
  name: string;
  short_name: string;
  position: { lat: number; lon: number };
  thrombolysis: boolean;
  thrombectomy: boolean;
}

export interface Region {
  name: string;
  sites: RegionSite[];
  aircraft: { id: string; name: string; base: string; euros_per_hour: number }[];
}

export interface Participant {
  participant_id: string;
  username: string;
  display_name: string;
  role: Role;
  publishing: boolean;
}

export interface Consult {
  consult_id: string;
  case_id: string;
  participants: Participant[];
}

export type EventKind =
  | "hello"
  | "case.opened"
  | "case.changed"
  | "case.claimed"
  | "case.released"
  | "case.decided"
  | "report.signed"
  | "dispatch.decided"
  | "protocol.prescribed"
  | "protocol.changed"
  | "milestone.recorded"
  | "score.recorded"
  | "consult.opened"
  | "consult.changed"
  | "call.changed"
  | "series.progress"
  | "analysis.changed"
  | "model.alarm";

export interface ServerEvent {
  seq: number;
  kind: EventKind;
  case_id: string | null;
  at: string;
  consult_id?: string | null;
}
