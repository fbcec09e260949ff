import { API, request } from "./client";
import type {
  AlertInput,
  Case,
  ChecklistInput,
  Claim,
  ClockBoard,
  Consult,
  DecisionInput,
  Disagreement,
  DispatchChoice,
  DispatchDecision,
  DispatchOptions,
  DispatchRecord,
  Foresight,
  Forms,
  HandOverInput,
  Indicators,
  MilestoneInput,
  Moments,
  Overlay,
  Place,
  PrescriptionInput,
  Proposal,
  Protocol,
  Region,
  ReportInput,
  ReportVersion,
  ScaleInput,
  Score,
  Scores,
  ServedModel,
  Session,
  Staffing,
  TimelineEvent,
  UnassignedStudy,
  Weather,
  Worklist,
} from "./types";

/** What may become of a prescribed examination. */
export type OrderStep = "acknowledge" | "done" | "refuse" | "withdraw";

/** One function a route; paths are built here and nowhere else. */
export const api = {
  signIn: (username: string, password: string) =>
    request<Session>("/sessions", { method: "POST", json: { username, password } }),
  session: () => request<Session>("/sessions/current"),
  signOut: () => request<null>("/sessions/current", { method: "DELETE" }),
  region: () => request<Region>("/region"),
  worklist: (signal?: AbortSignal) => request<Worklist>("/worklist", signal ? { signal } : {}),
  raiseAlert: (alert: AlertInput, key: string) =>
    request<Case>("/cases", { method: "POST", json: alert, headers: { "Idempotency-Key": key } }),
  case: (id: string) => request<Case>(`/cases/${id}`),
  claim: (id: string) => request<{ claimed_by: Claim }>(`/cases/${id}/claim`, { method: "POST" }),
  release: (id: string, handOver: HandOverInput) =>
    request<null>(`/cases/${id}/release`, { method: "POST", json: handOver }),
  place: (id: string) => request<Place>(`/cases/${id}/place`),
  staffing: (from: string, hours: number) =>
    request<Staffing>(`/admin/staffing?from=${encodeURIComponent(from)}&hours=${hours}`),
  unassigned: () => request<{ studies: UnassignedStudy[] }>("/studies/unassigned"),
  attach: (id: string, study: string) =>
    request<Case>(`/cases/${id}/studies`, { method: "POST", json: { study_instance_uid: study } }),
  timeline: (id: string) => request<{ events: TimelineEvent[] }>(`/cases/${id}/timeline`),
  overlay: (id: string, series: string) => request<Overlay>(`/cases/${id}/series/${series}/overlay`),
  decide: (id: string, decision: DecisionInput) =>
    request<Case>(`/cases/${id}/decision`, { method: "POST", json: decision }),
  signReport: (id: string, report: ReportInput) =>
    request<ReportVersion>(`/cases/${id}/report`, { method: "POST", json: report }),
  forms: () => request<Forms>("/scales"),
  indicators: () => request<Indicators>("/indicators"),
  milestones: (id: string) => request<ClockBoard>(`/cases/${id}/milestones`),
  setMilestone: (id: string, input: MilestoneInput) =>
    request<ClockBoard>(`/cases/${id}/milestones`, { method: "POST", json: input }),
  scores: (id: string) => request<Scores>(`/cases/${id}/scores`),
  score: (id: string, input: ScaleInput | ChecklistInput, key: string) =>
    request<Score>(`/cases/${id}/scores`, {
      method: "POST",
      json: input,
      headers: { "Idempotency-Key": key },
    }),
  reportProposals: (id: string) => request<{ proposals: Proposal[] }>(`/cases/${id}/report/proposals`),
  reportVersions: (id: string) => request<{ versions: ReportVersion[] }>(`/cases/${id}/report/versions`),
  /** A signed version as PDF, its times in the reader's own zone. */
  reportPaper: (id: string, version: number, language: string) => {
    const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
    return `${API}/cases/${id}/report/${version}.pdf?lang=${language}&zone=${zone}`;
  },
  protocolsOf: (id: string) => request<{ protocols: Protocol[] }>(`/cases/${id}/protocols`),
  protocolsHere: () => request<{ protocols: Protocol[] }>("/protocols"),
  prescribe: (id: string, prescription: PrescriptionInput) =>
    request<Protocol>(`/cases/${id}/protocols`, { method: "POST", json: prescription }),
  orderStep: (id: string, protocol: string, step: OrderStep, body: object = {}) =>
    request<Protocol>(`/cases/${id}/protocols/${protocol}/${step}`, { method: "POST", json: body }),
  dispatchOptions: (id: string, weather: Weather) =>
    request<DispatchOptions>(`/cases/${id}/dispatch/options?weather=${weather}`),
  decideDispatch: (id: string, choice: DispatchChoice) =>
    request<DispatchDecision>(`/cases/${id}/dispatch/decision`, { method: "POST", json: choice }),
  dispatchRecord: (id: string) => request<DispatchRecord>(`/cases/${id}/dispatch/record`),
  enterActual: (id: string, real: Partial<Moments>, reason: string) =>
    request<DispatchRecord>(`/cases/${id}/dispatch/actual`, { method: "POST", json: { ...real, reason } }),
  foresight: () => request<Foresight>("/dispatch/foresight"),
  openConsult: (caseId: string) =>
    request<{ consult_id: string }>(`/cases/${caseId}/consults`, { method: "POST" }),
  models: () => request<{ models: ServedModel[] }>("/admin/models"),
  disagreements: () => request<{ disagreements: Disagreement[] }>("/admin/models/disagreements"),
  /** The evaluation's file, unchanged: its hash is what is signed. */
  signModel: (name: string, site: string, file: string) =>
    request<ServedModel>(`/admin/models/${name}/sign?site=${site}`, {
      method: "POST",
      body: file,
      headers: { "Content-Type": "application/json" },
    }),
  unsignModel: (name: string, site: string) =>
    request<null>(`/admin/models/${name}/sign?site=${site}`, { method: "DELETE" }),
  consult: (id: string) => request<Consult>(`/consults/${id}`),
};
