import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Notices } from "../../src/notices/types";

/** What the demonstration writes once it is ready. */
export interface Demo {
  http: string;
  dicom: { host: string; port: number; ae_title: string };
  sites: { id: string; name: string; calling_ae_titles: string[] }[];
  users: { role: string; site: string; username: string; password: string; token: string }[];
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see scripts/e2e.sh`);
  return value;
}

export const demoPath = () => needed("VIGIE_DEMO_JSON");
export const studyDir = () => needed("VIGIE_STUDY_DIR");
export const repo = () => needed("VIGIE_REPO");
/** The patient id in the study that the scanner will send. */
export const STUDY_PATIENT = process.env.VIGIE_STUDY_PATIENT ?? "E2E-0001";

export function readDemo(): Demo {
  return JSON.parse(readFileSync(demoPath(), "utf8")) as Demo;
}

export function userOf(demo: Demo, role: string): Demo["users"][number] {
  const user = demo.users.find((u) => u.role === role);
  if (!user) throw new Error(`the demonstration has no ${role}`);
  return user;
}

/** One JSON request as a machine: the bearer token of a role. */
export async function asMachine<T>(demo: Demo, role: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${demo.http}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${userOf(demo, role).token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** An alert raised without a browser, an hour after onset, its call accepted. */
export async function alerted(demo: Demo, id: string, familyName: string): Promise<string> {
  const opened = await asMachine<{ case_id: string }>(demo, "emergency", "/cases", {
    site: demo.sites[0]?.id,
    patient: { id, family_name: familyName, given_name: "Claire", birth_date: "1951-04-02", sex: "F" },
    onset: { kind: "known", at: new Date(Date.now() - 3_600_000).toISOString() },
    door_at: null,
    nihss: 16,
    race: 7,
    anticoagulant: "none",
    note: "",
  });
  await answerCall(demo, opened.case_id);
  return opened.case_id;
}

/** The cases on the readers' list that have images, those without a signed diagnosis first. */
export async function imagedCases(demo: Demo): Promise<string[]> {
  type Listed = { case_id: string; state: string; imaging: { instances: number } };
  const { items } = await asMachine<{ items: Listed[] }>(demo, "neurologist", "/worklist");
  const imaged = items.filter((item) => item.imaging.instances > 0);
  return imaged
    .sort((a, b) => Number(a.state === "decided") - Number(b.state === "decided"))
    .map((i) => i.case_id);
}

/** Accepts every call that waits for the neurologist, but one case's, so that no other patient interrupts. */
export async function answerAll(demo: Demo, but?: string): Promise<void> {
  const waiting = await asMachine<Notices>(demo, "neurologist", "/notices");
  for (const notice of waiting.notices.filter((one) => one.case_id !== but))
    await asMachine(demo, "neurologist", `/calls/${notice.call_id}/accept`, {});
}

/** Accepts the neurologist's call for a case, once it has gone out. */
export async function answerCall(demo: Demo, caseId: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const waiting = await asMachine<Notices>(demo, "neurologist", "/notices");
    const call = waiting.notices.find((notice) => notice.case_id === caseId);
    if (call) {
      await asMachine(demo, "neurologist", `/calls/${call.call_id}/accept`, {});
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the neurologist was not called");
}

const run = promisify(execFile);

/** The scanner: Debian's storescu, over a real association, calling as the first site's scanner. */
export async function sendStudy(demo: Demo): Promise<void> {
  const { host, port, ae_title } = demo.dicom;
  const calling = demo.sites[0]?.calling_ae_titles[0] ?? "VALMONT_CT";
  await run("/usr/bin/storescu", [
    "-aet",
    calling,
    "-aec",
    ae_title,
    "+sd",
    "+r",
    host,
    String(port),
    studyDir(),
  ]);
}

/** `vigie audit verify` on the demonstration's folder; rejects when the chain is broken. */
export async function verifyAudit(): Promise<string> {
  const { stdout: target } = await run(join(repo(), "scripts/target-dir.sh"), [], { cwd: repo() });
  const { stdout } = await run(join(target.trim(), "debug/vigie"), ["audit", "verify"], {
    cwd: repo(),
    env: { ...process.env, VIGIE_DATA_DIR: dirname(demoPath()) },
  });
  return stdout;
}
