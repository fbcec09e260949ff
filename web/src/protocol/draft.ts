import type {
  Answer,
  ConcernName,
  Phase,
  PrescriptionInput,
  Protocol,
  ScannerModality,
} from "../shared/api/types";

/** What the form holds; every field as it was typed. */
export interface Draft {
  modality: ScannerModality;
  phases: Phase[];
  dose: string;
  range: string;
  reason: string;
  /** mL/min/1.73 m²; empty: not known. */
  egfr: string;
  allergy: Answer;
  pregnancy: Answer;
  implant: Answer;
  despite: string;
}

/** In the order in which the scanner makes them. */
export const PHASES: Record<ScannerModality, readonly Phase[]> = {
  CT: [
    "non_contrast_head",
    "angiography_arch_to_vertex",
    "multiphase_angiography",
    "ct_perfusion",
    "delayed_head",
  ],
  MR: ["diffusion", "flair", "susceptibility", "time_of_flight", "contrast_angiography", "mr_perfusion"],
};

const INJECTED: readonly Phase[] = [
  "angiography_arch_to_vertex",
  "multiphase_angiography",
  "ct_perfusion",
  "delayed_head",
  "contrast_angiography",
  "mr_perfusion",
];

export type Preset = "head" | "head_angiography" | "head_angiography_perfusion" | "mr_stroke" | "mr_plain";

/** The examinations that a stroke asks for most; the doses are usual ones, to be changed by the reader. */
export const PRESETS: Record<Preset, Pick<Draft, "modality" | "phases" | "dose">> = {
  head_angiography: {
    modality: "CT",
    phases: ["non_contrast_head", "angiography_arch_to_vertex"],
    dose: "70",
  },
  head_angiography_perfusion: {
    modality: "CT",
    phases: ["non_contrast_head", "angiography_arch_to_vertex", "ct_perfusion"],
    dose: "110",
  },
  head: { modality: "CT", phases: ["non_contrast_head"], dose: "" },
  mr_plain: {
    modality: "MR",
    phases: ["diffusion", "flair", "susceptibility", "time_of_flight"],
    dose: "",
  },
  mr_stroke: {
    modality: "MR",
    phases: ["diffusion", "flair", "susceptibility", "contrast_angiography", "mr_perfusion"],
    dose: "15",
  },
};

export function emptyDraft(): Draft {
  return {
    ...PRESETS.head_angiography,
    range: "",
    reason: "",
    egfr: "",
    allergy: "unknown",
    pregnancy: "unknown",
    implant: "unknown",
    despite: "",
  };
}

export function isInjected(phases: readonly Phase[]): boolean {
  return phases.some((phase) => INJECTED.includes(phase));
}

/** Puts a phase in or out, in the scanner's order; another scanner starts afresh. */
export function withPhase(draft: Draft, phase: Phase): Draft {
  const chosen = draft.phases.includes(phase)
    ? draft.phases.filter((p) => p !== phase)
    : [...draft.phases, phase];
  const phases = PHASES[draft.modality].filter((p) => chosen.includes(p));
  return { ...draft, phases, dose: isInjected(phases) ? draft.dose : "" };
}

/** Below this rate contrast speaks against itself (ESUR 10.0); the server decides again. */
const EGFR_FLOOR = 30;

/** What speaks against it, and what nobody knows, as the server will judge it. */
export function concerns(draft: Draft): { against: ConcernName[]; unknown: ConcernName[] } {
  const injected = isInjected(draft.phases);
  const egfr = Number(draft.egfr);
  const renal: Answer = draft.egfr.trim() === "" ? "unknown" : egfr < EGFR_FLOOR ? "yes" : "no";
  const asked: [ConcernName, Answer, boolean][] = [
    ["renal", renal, injected],
    ["allergy", draft.allergy, injected],
    ["pregnancy", draft.pregnancy, injected || draft.modality === "CT"],
    ["implant", draft.implant, draft.modality === "MR"],
  ];
  const those = (answer: Answer) => asked.filter(([, a, matters]) => matters && a === answer).map(([n]) => n);
  return { against: those("yes"), unknown: those("unknown") };
}

export type DraftField = "phases" | "dose" | "reason" | "egfr" | "despite";

const whole = (text: string, low: number, high: number) => {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= low && value <= high;
};

/** Fields that must be mended before it is sent. */
export function wrong(draft: Draft): DraftField[] {
  const fields: DraftField[] = [];
  if (draft.phases.length === 0) fields.push("phases");
  if (isInjected(draft.phases) && !whole(draft.dose, 1, 300)) fields.push("dose");
  if (!draft.reason.trim()) fields.push("reason");
  if (draft.egfr.trim() !== "" && !whole(draft.egfr, 1, 300)) fields.push("egfr");
  if (concerns(draft).against.length > 0 && !draft.despite.trim()) fields.push("despite");
  return fields;
}

export function toSend(draft: Draft): PrescriptionInput {
  return {
    modality: draft.modality,
    phases: draft.phases,
    contrast: isInjected(draft.phases) ? { kind: "injected", dose_ml: Number(draft.dose) } : { kind: "none" },
    range: draft.range.trim(),
    reason: draft.reason.trim(),
    questions: {
      renal: draft.egfr.trim() === "" ? { kind: "unknown" } : { kind: "known", egfr: Number(draft.egfr) },
      allergy: draft.allergy,
      pregnancy: draft.pregnancy,
      implant: draft.implant,
    },
    despite: draft.despite.trim(),
  };
}

/** Those still to be done first, each group latest first, as the server sends them. */
export function split(orders: readonly Protocol[]): { open: Protocol[]; closed: Protocol[] } {
  return { open: orders.filter((o) => o.open), closed: orders.filter((o) => !o.open) };
}
