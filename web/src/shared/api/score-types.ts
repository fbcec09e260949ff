/** Clinical scales: forms, records and comparisons; held against the server's document as `types.ts` is. */
import type { Person, Text } from "./types";

export type ScaleName = "nihss" | "race" | "lams" | "fast_ed" | "glasgow" | "rankin" | "ich";

/** Points, or that the item could not be examined. */
export type ScaleAnswer = number | "untestable";

export interface ScaleItem {
  code: string;
  label: Text;
  levels: { points: number; text: Text }[];
  /** What lets the examiner say "untestable". */
  untestable: Text | null;
}

export interface ScaleForm {
  scale: ScaleName;
  name: string;
  purpose: Text;
  items: ScaleItem[];
  untested: "adds_nothing" | "no_total";
  cut: { from: number; text: Text } | null;
  source: string;
}

export type ChecklistAnswer = "yes" | "no" | "unknown";
export type Thrombolytic = "alteplase" | "tenecteplase";

export interface ChecklistQuestion {
  code: string;
  text: Text;
  passes_on: "yes" | "no";
  may_be_weighed: boolean;
}

export interface Checklist {
  questions: ChecklistQuestion[];
  agents: { code: Thrombolytic; mg_per_kg: number; most_mg: number; source: string }[];
  source: string;
}

export interface Forms {
  scales: ScaleForm[];
  thrombolysis: Checklist;
}

export type Way = "bedside" | "video";

export interface ScaleInput {
  scale: ScaleName;
  way: Way;
  at: string | null;
  answers: Record<string, ScaleAnswer>;
}

export interface ChecklistInput {
  scale: "thrombolysis";
  way: Way;
  answers: Record<string, ChecklistAnswer>;
  agent: Thrombolytic;
  weight_kg: number | null;
  weighed: Record<string, string>;
}

export interface Score {
  id: string;
  scale: ScaleName | "thrombolysis";
  way: Way;
  at: string;
  by: Person | null;
  text: Text;
  total: { points: number | null; at_least: boolean; max: number } | null;
  answers: Record<string, ScaleAnswer | ChecklistAnswer>;
  weighed: Record<string, string>;
  dose: {
    agent: Thrombolytic;
    total_mg: number;
    bolus_mg: number;
    infusion_mg: number;
    text: Text;
  } | null;
  blocked_by: Text | null;
}

export interface Comparison {
  scale: ScaleName;
  scores: string[];
  differences: { code: string; label: Text; answers: ScaleAnswer[] }[];
}

export interface Scores {
  scores: Score[];
  comparisons: Comparison[];
}
