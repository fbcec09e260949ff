import type { Disagreement, Estimate, ServedModel, SiteRef, Watch } from "../src/shared/api/types";
import { ago, REGION } from "./fixtures";

const about = (value: number, half: number): Estimate => ({
  value,
  low: Math.max(0, value - half),
  high: Math.min(1, value + half),
});

const DAY = 1440;

const watch: Watch = {
  since: ago(30 * DAY),
  series: 124,
  not_analysable: {
    share: about(0.06, 0.04),
    value: about(0.06, 0.04),
    counted: 124,
    band: [0, 0.15],
    alarm: false,
    state: "in_band",
    reasons: [
      { text: { fr: "coupes trop épaisses", en: "slices too thick" }, count: 5 },
      { text: { fr: "produit de contraste", en: "contrast medium" }, count: 2 },
    ],
  },
  drift: {
    value: about(0.53, 0.05),
    counted: 117,
    measure: {
      fr: "chance qu'un score récent dépasse un score de référence (0,5 : pas de dérive)",
      en: "chance that a recent score exceeds a reference score (0.5: no drift)",
    },
    band: [0.4, 0.6],
    alarm: false,
    state: "in_band",
  },
  agreement: {
    share: null,
    value: null,
    counted: 4,
    reports: 4,
    band: [0.75, 1],
    alarm: false,
    state: "too_few",
    sensitivity: null,
    specificity: null,
  },
};

const [VALMONT, ROCHE] = REGION.sites.map(({ id, name }): SiteRef => ({ id, name }));

function served(change: Partial<ServedModel>): ServedModel {
  return {
    site: VALMONT ?? { id: "", name: "" },
    name: "haemorrhage",
    version: "0.2.0",
    sha256: "3f9c2a7be11d8c0f5a6b9d0e",
    task: "hemorrhage",
    role: "active",
    threshold: 0.53,
    evidence: "internal",
    pack_evidence: "internal",
    minimum: "internal",
    moves_queue: true,
    licence: "Apache-2.0",
    training_data: "CT-ICH 1.3.1 (75 patients, CC BY 4.0)",
    measured: {
      positives: 24,
      negatives: 22,
      sensitivity: about(0.65, 0.18),
      specificity: about(0.81, 0.15),
      auc: about(0.85, 0.11),
    },
    signed: null,
    watch,
    ...change,
  };
}

export const MODELS: ServedModel[] = [
  served({}),
  served({
    site: ROCHE ?? { id: "", name: "" },
    evidence: "site",
    signed: {
      by: { display_name: "Paul Vidal", role: "admin" },
      at: ago(3 * DAY),
      evaluation_sha256: "0011223344556677",
      positives: 34,
      negatives: 71,
      sensitivity: about(0.79, 0.13),
      specificity: about(0.88, 0.08),
    },
    watch: {
      ...watch,
      not_analysable: {
        ...watch.not_analysable,
        share: about(0.31, 0.09),
        value: about(0.31, 0.09),
        alarm: true,
        state: "alarm",
      },
    },
  }),
  served({
    name: "occlusion",
    version: "0.1.0",
    sha256: "77aa2a7be11d8c0f5a6b9d0e",
    task: "occlusion",
    evidence: "phantom",
    pack_evidence: "phantom",
    moves_queue: false,
    training_data: "fantômes numériques (3 000)",
  }),
  served({
    name: "haemorrhage-b",
    version: "0.3.0-essai",
    sha256: "99aa2a7be11d8c0f5a6b9d0e",
    role: "candidate",
    moves_queue: false,
    watch: null,
  }),
];

export const DISAGREEMENTS: Disagreement[] = [
  {
    case_id: "11111111-1111-4111-8111-111111111111",
    site: VALMONT ?? { id: "", name: "" },
    series_instance_uid: "2.25.1111111111.1",
    task: "hemorrhage",
    at: ago(6),
    active: { name: "haemorrhage", version: "0.2.0", status: "analysed", flag: true, probability: 0.94 },
    candidate: {
      name: "haemorrhage-b",
      version: "0.3.0-essai",
      status: "analysed",
      flag: false,
      probability: 0.31,
    },
  },
];
