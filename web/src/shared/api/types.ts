/**
 * What the server's JSON API says, in its own words (snake case, RFC 3339 times).
 * `contract.ts` holds each shape against the server's OpenAPI document.
 */
import type { Claim } from "./queue-types";

export type * from "./case-types";
export type * from "./clock-types";
export type * from "./dispatch-types";
export type * from "./event-types";
export type * from "./imaging-types";
export type * from "./indicator-types";
export type * from "./model-types";
export type * from "./protocol-types";
export type * from "./queue-types";
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

/** Who did something. */
export interface Person {
  display_name: string;
  role: Role;
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
