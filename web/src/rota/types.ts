import type { Need } from "../notices/types";
import type { Role, SiteRef, Text } from "../shared/api/types";

export type Day = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

export interface RotaPerson {
  user_id: string;
  display_name: string;
  role: Role | null;
}

export interface Segment {
  level: number;
  from: string;
  to: string;
  people: RotaPerson[];
  gap: Text | null;
}

export interface Shift {
  level: number;
  person: string;
  days: Day[];
  from: string;
  to: string;
}

export interface DatedException {
  level: number;
  from: string;
  to: string;
  people: string[];
  note: string;
}

export interface Pool {
  id: string;
  name: string;
  specialty: Need;
  sites: SiteRef[];
  zone: string;
  version: number;
  from: string;
  to: string;
  segments: Segment[];
  shifts: Shift[];
  exceptions: DatedException[];
}

export interface Rota {
  week: string;
  pools: Pool[];
  people: RotaPerson[];
}

export interface OnCall {
  at: string;
  site: SiteRef;
  need: Need;
  rungs: {
    pool: string;
    pool_name: string;
    level: number;
    people: (RotaPerson & { until: string; reason: Text })[];
  }[];
  sentence: Text;
}

/** What a table of dated hours does; nothing while a line is wrong. */
export interface TableEffect {
  pools: { id: string; name: string; added: number; already: number }[];
  wrong: { line: number; text: Text }[];
}

/** A pool as it is written. */
export interface PoolInput {
  name: string;
  specialty: Need;
  sites: string[];
  zone: string;
  shifts: Shift[];
  exceptions: DatedException[];
  version: number | null;
}
