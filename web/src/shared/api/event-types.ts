/** What the server says as it happens; held against the server's document as `types.ts` is. */
import type { Role } from "./types";

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
