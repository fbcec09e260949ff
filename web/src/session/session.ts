import { signal } from "@preact/signals";
import { api } from "../shared/api";
import { setCsrfToken } from "../shared/api/client";
import { Problem } from "../shared/api/problem";
import type { Role, Session, User } from "../shared/api/types";

export type SessionState =
  | { kind: "unknown" }
  | { kind: "failed"; problem: Problem }
  | { kind: "out"; expired: boolean }
  | { kind: "in"; session: Session };

export const session = signal<SessionState>({ kind: "unknown" });

export function currentUser(): User | null {
  return session.value.kind === "in" ? session.value.session.user : null;
}

export async function restore(): Promise<void> {
  try {
    begin(await api.session());
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 401) session.value = { kind: "out", expired: false };
    else session.value = { kind: "failed", problem: cause instanceof Problem ? cause : Problem.offline() };
  }
}

export async function signIn(username: string, password: string): Promise<void> {
  begin(await api.signIn(username, password));
}

export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } finally {
    end(false);
  }
}

/** Forgets the person: nothing of a patient stays behind in this tab. */
export function end(expired: boolean): void {
  setCsrfToken(null);
  sessionStorage.clear();
  session.value = { kind: "out", expired };
}

function begin(next: Session): void {
  setCsrfToken(next.csrf_token);
  session.value = { kind: "in", session: next };
}

/** The server's table of roles, as far as pages differ by it. */
const ALLOWED = {
  worklist: ["emergency", "technologist", "neurologist", "radiologist", "regulator", "admin"],
  alert: ["emergency"],
  claim: ["neurologist", "radiologist"],
  report: ["neurologist", "radiologist"],
  prescribe: ["neurologist", "radiologist"],
  confirm: ["technologist"],
  images: ["emergency", "technologist", "neurologist", "radiologist", "admin"],
  attach: ["emergency", "technologist", "neurologist", "radiologist", "admin"],
  call: ["emergency", "neurologist", "radiologist", "regulator"],
  seeDispatch: ["emergency", "neurologist", "radiologist", "regulator"],
  dispatch: ["regulator"],
  indicators: ["neurologist", "radiologist", "auditor", "admin"],
  milestone: ["emergency", "technologist", "neurologist", "radiologist", "regulator"],
  score: ["emergency", "neurologist", "radiologist"],
  audit: ["auditor", "admin"],
  administer: ["admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof ALLOWED;

/** What a role is offered; the server decides again on each request. */
export function may(role: Role | undefined, what: Permission): boolean {
  return role !== undefined && (ALLOWED[what] as readonly Role[]).includes(role);
}
