import type { Person, SiteRef, Text } from "../shared/api/types";

export type Need = "neurologist" | "radiologist" | "interventionalist";
export type Channel = "in_app" | "web_push" | "email" | "webhook";

/** A call that waits for this person. */
export interface Notice {
  call_id: string;
  case_id: string;
  kind: "answer" | "unanswered";
  need: Need;
  need_text: Text;
  cause_text: Text;
  site: SiteRef;
  called_at: string;
  /** When the next round goes out; null when everyone was called. */
  until: string | null;
  seen_at: string | null;
}

/** A call that this person accepted and is not expected for any more: to know, and nothing to answer. */
export interface StoodDown {
  call_id: string;
  case_id: string;
  need: Need;
  need_text: Text;
  site: SiteRef;
  at: string;
  /** Why. */
  text: Text;
}

/** What waits for this person. */
export interface Notices {
  notices: Notice[];
  stood_down: StoodDown[];
}

export interface ChannelState {
  channel: Channel;
  label: Text;
  sent_at: string | null;
  delivered_at: string | null;
  seen_at: string | null;
  failed_at: string | null;
  failure: string | null;
}

export interface CalledPerson {
  round: number;
  person: Person | null;
  called_at: string;
  declined_at: string | null;
  channels: ChannelState[];
}

export interface Call {
  call_id: string;
  need: Need;
  need_text: Text;
  cause_text: Text;
  raised_at: string;
  stage: "calling" | "everyone" | "accepted" | "ended";
  /** Whose people are called, where it is not the site that sent the case. */
  centre: SiteRef | null;
  next_at: string | null;
  next: Person[];
  everyone_at: string | null;
  accepted_by: Person | null;
  accepted_at: string | null;
  called: CalledPerson[];
}

export interface CaseCalls {
  alerts: number;
  calls: Call[];
}

/** How the person is reached, and what the server can send by. */
export interface Contact {
  language: "fr" | "en";
  email: string | null;
  pager: string | null;
  muted: Channel[];
  browsers: number;
  available: Channel[];
  push_key: string | null;
}
