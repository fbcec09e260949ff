import type { Case, PrescriptionInput, Protocol } from "../src/shared/api/types";
import { ago, caseOf, items } from "./fixtures";

const orders: Protocol[] = [];
let next = 0;

const name = (text: string) => ({ fr: text, en: text });

/** An order as the server would show it. */
function orderOf(of: Case, input: PrescriptionInput, by: Protocol["prescribed_by"], at: string): Protocol {
  next += 1;
  const { renal, ...questions } = input.questions;
  return {
    protocol_id: `44444444-4444-4444-8444-44444444444${next}`,
    case_id: of.case_id,
    site: of.site,
    patient: of.patient,
    modality: input.modality,
    phases: input.phases.map((phase) => ({ phase, name: name(phase) })),
    contrast_ml: input.contrast.kind === "none" ? null : input.contrast.dose_ml,
    range: input.range,
    reason: input.reason,
    questions: { egfr: renal.kind === "known" ? renal.egfr : null, ...questions },
    against: [],
    unknown: renal.kind === "unknown" ? [{ concern: "renal", name: name("fonction rénale") }] : [],
    despite: input.despite,
    prescribed_by: by,
    prescribed_at: at,
    state: "prescribed",
    open: true,
    state_by: null,
    state_at: null,
    note: "",
    imaged: null,
  };
}

const first = items()[0];
if (first) {
  const input: PrescriptionInput = {
    modality: "CT",
    phases: ["non_contrast_head", "angiography_arch_to_vertex"],
    contrast: { kind: "injected", dose_ml: 70 },
    range: "",
    reason: "Déficit brutal, recherche d'occlusion",
    questions: { renal: { kind: "unknown" }, allergy: "no", pregnancy: "no", implant: "unknown" },
    despite: "",
  };
  const by = { display_name: "Dr Anne Rivoire", role: "radiologist" } as const;
  const of = caseOf(first);
  orders.push(orderOf(of, input, by, ago(6)));
  const done = orderOf(of, { ...input, reason: "Contrôle", phases: ["non_contrast_head"] }, by, ago(90));
  orders.push({ ...done, state: "deviated", open: false, state_by: by, state_at: ago(70), note: "60 mL" });
}

export const ordersHere = () => ({ protocols: orders });
export const ordersOf = (id: string) => ({ protocols: orders.filter((o) => o.case_id === id) });

export function prescribe(of: Case, input: PrescriptionInput, by: Protocol["prescribed_by"]): Protocol {
  const order = orderOf(of, input, by, new Date().toISOString());
  orders.unshift(order);
  return order;
}

/** The step's outcome; undefined when there is no such order. */
export function step(id: string, what: string, body: object, by: Protocol["state_by"]): Protocol | undefined {
  const at = orders.findIndex((o) => o.protocol_id === id);
  const found = orders[at];
  if (!found) return undefined;
  const said = body as { deviation?: string; reason?: string };
  const state = {
    acknowledge: "acknowledged",
    done: said.deviation ? "deviated" : "done",
    refuse: "refused",
    withdraw: "withdrawn",
  }[what] as Protocol["state"];
  const moved: Protocol = {
    ...found,
    state,
    open: state === "acknowledged",
    state_by: by,
    state_at: new Date().toISOString(),
    note: said.deviation ?? said.reason ?? "",
  };
  orders[at] = moved;
  return moved;
}
