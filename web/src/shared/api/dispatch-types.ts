/** The regulator's question, decision and what came of it; held against the server's document as `types.ts` is. */
import type { Person, Posterior, Text } from "./types";

export type Weather = "flyable" | "grounded" | "unknown";

export interface Leg {
  label: Text;
  start_min: number;
  end_min: number;
  kind: "wait" | "travel" | "treatment";
}

/** From one hospital to the next. */
export interface Route {
  from: string;
  to: string;
  by: "road" | "air";
  aboard: "patient" | "team";
  minutes: number;
}

export interface Plan {
  name: string;
  label: Text;
  from: string;
  destination: string;
  mode: "stay" | "road" | "air" | "team";
  feasible: boolean;
  blocked_by: Text | null;
  legs: Leg[];
  /** The patient's in order, then the team's. */
  routes: Route[];
  needle_at: number | null;
  groin_at: number | null;
  onset_used: Text;
  mrs: number[];
  expected_utility: number;
  p_mrs_0_2: number;
  cost_euros: number;
  minutes_gained: number | null;
  futile: number;
  /** Goes past a nearer hospital that treats strokes: harms a haemorrhage. */
  bypass: boolean;
  aircraft: string | null;
  milestones: Milestones;
  range: { expected_utility: [number, number]; p_mrs_0_2: [number, number] };
}

export interface DispatchOptions {
  sentence: Text;
  recommended: string | null;
  gain: Gain | null;
  /** The moment that the plans start from. */
  at: string;
  weather: Weather;
  model_version: string;
  posterior: Posterior;
  plans: Plan[];
}

/** The moments foreseen, minutes from the comparison; null: the plan has none. */
export interface Milestones {
  departure: number | null;
  arrival: number | null;
  needle: number | null;
  groin: number | null;
}

/** What the recommended plan gains on the one that it is held against. */
export interface Gain {
  over: string;
  minutes: number | null;
  p_mrs_0_2: number;
  p_mrs_0_2_range: [number, number];
  euros: number;
  euros_per_good_outcome: number | null;
  break_even_minutes: number | null;
}

export interface DispatchDecision {
  plan: string;
  label?: Text | null;
  reason: string;
  /** The gate that it was decided against, and why that does not hold. */
  gate?: Text | null;
  despite?: string | null;
  by: Person | null;
  at: string;
}

export interface DispatchChoice {
  plan: string;
  reason: string;
  /** Why the gate that stops the plan does not hold; empty where none does. */
  despite: string;
  shown_at: string;
  weather: Weather;
}

export type MomentKind = "departure" | "arrival" | "needle" | "groin";

/** The moments of a transport; null: none, or not known. */
export type Moments = Record<MomentKind, string | null>;

export interface DecisionRecord {
  plan: string;
  label: Text | null;
  reason: string;
  gate: Text | null;
  despite: string | null;
  by: Person | null;
  at: string;
  model_version: string;
  /** The options as they were on the screen; older ones may lack what came later. */
  shown: DispatchOptions;
  foreseen: Moments | null;
  seal: string | null;
  intact: boolean | null;
}

export type StretchName = "to_departure" | "travel" | "to_needle" | "door_to_groin" | "to_groin";

export interface HeldStretch {
  stretch: StretchName;
  foreseen: number | null;
  real: number | null;
  /** Positive: it took longer than foreseen. */
  error: number | null;
}

export interface DispatchRecord {
  /** The last first: it is the one in force. */
  decisions: DecisionRecord[];
  real: Moments;
  stretches: HeldStretch[];
}

export interface Foresight {
  decided: number;
  compared: number;
  stretches: {
    stretch: StretchName;
    cases: number;
    median_error: number;
    spread: [number, number];
    median_size: number;
  }[];
}
