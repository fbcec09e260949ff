/** Indicators by site and month; held against the server's document as `types.ts` is. */
import type { Estimate, SiteRef, Task, Text } from "./types";

/** So many out of so many; the share is null of nothing. */
export interface Share {
  part: number;
  whole: number;
  share: Estimate | null;
}

export type Measure =
  | "clock_to_decision"
  | "door_to_imaging"
  | "imaging_to_read"
  | "door_to_needle"
  | "door_in_door_out"
  | "door_to_groin_direct"
  | "door_to_groin_transferred";

export interface IntervalFigures {
  code: Measure;
  label: Text;
  target: number;
  met: Share;
  /** Minutes; null of fewer cases than `fewest`. */
  median: number | null;
  p90: number | null;
}

export interface AccuracyFigures {
  task: Task;
  missed: Share;
  false_flags: Share;
  not_analysed: number;
}

export interface TransportFigures {
  decisions: number;
  flights: number;
  avoided_moving: number;
  avoided_staying: number;
  euros_saved: number;
}

/** Of a site and a month; null is all of them. */
export interface IndicatorCell {
  site: string | null;
  month: string | null;
  cases: number;
  within_target: Share;
  within_limit: Share;
  intervals: IntervalFigures[];
  accuracy: AccuracyFigures[];
  transports: TransportFigures;
  /** Of the calls that went out, those that the first people called did not accept in time. */
  escalated: Share;
}

export interface Indicators {
  generated_at: string;
  months: string[];
  sites: SiteRef[];
  fewest: number;
  cells: IndicatorCell[];
}
