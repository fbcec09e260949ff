import type { Analysis, Case, Flag, Item, Region, Role, TimelineEvent, User } from "../src/shared/api/types";
import { STUDY, sopUid } from "./dicom";

const MIN = 60_000;
export const ago = (minutes: number) => new Date(Date.now() - minutes * MIN).toISOString();

export const REGION: Region = {
  name: "Haute-Combe",
  sites: [
    site("valmont", "CH de Valmont", "Valmont", 44.62, 2.31, false, false),
    site("roche-claire", "CH de Roche-Claire", "Roche-Claire", 44.31, 2.86, false, false),
    site("saint-aubin", "CH Saint-Aubin", "Saint-Aubin", 44.35, 2.46, true, false),
    site("grand-lac", "CHU du Grand-Lac", "Grand-Lac", 43.72, 2.05, true, true),
  ],
  aircraft: [{ id: "helico-1", name: "Hélicoptère", base: "grand-lac", euros_per_hour: 2000 }],
};

function site(
  id: string,
  name: string,
  short_name: string,
  lat: number,
  lon: number,
  thrombolysis: boolean,
  thrombectomy: boolean,
) {
  return { id, name, short_name, position: { lat, lon }, thrombolysis, thrombectomy };
}

const ALL = REGION.sites.map(({ id, name }) => ({ id, name }));
const user = (username: string, display_name: string, role: Role, sites = ALL): User => ({
  id: `00000000-0000-4000-8000-0000000000${username.length}${username.charCodeAt(0) % 10}`,
  username,
  display_name,
  role,
  sites,
});
export const USERS: User[] = [
  user("urgences", "Dr Claire Besson", "emergency", ALL.slice(0, 1)),
  user("neuro", "Dr Hélène Marchand", "neurologist"),
  user("radio", "Dr Karim Haddad", "radiologist"),
  user("manip", "Samir Aït", "technologist", ALL.slice(0, 1)),
  user("regul", "Dr Luc Fabre", "regulator"),
  user("audit", "Jeanne Roux", "auditor"),
  user("admin", "Paul Vidal", "admin"),
];

const MODEL = { name: "haemorrhage", version: "0.1.0", sha256: "3f9c2a7be11d8c0f5a6b" };

function flag(change: Partial<Flag>): Flag {
  return {
    task: "hemorrhage",
    status: "analysed",
    reason: null,
    flag: true,
    provisional: false,
    probability: 0.938,
    threshold: 0.5,
    ppv: { value: 0.41, low: 0.24, high: 0.61 },
    npv: { value: 0.97, low: 0.93, high: 0.99 },
    evidence: "internal",
    moves_queue: true,
    volume_ml: 6.6,
    abc2_ml: 7.2,
    location: null,
    model: MODEL,
    series_instance_uid: `${STUDY}.1`,
    slices_seen: 30,
    ...change,
  };
}

const noModel = (task: Flag["task"]): Flag =>
  flag({
    task,
    status: "not_analysable",
    reason: "no model for this task",
    reason_text: { fr: "aucun modèle pour cette tâche", en: "no model for this task" },
    flag: null,
    probability: null,
    threshold: null,
    ppv: null,
    npv: null,
    volume_ml: null,
    abc2_ml: null,
    moves_queue: false,
    evidence: null,
    model: null,
    slices_seen: 0,
  });

/** Flagged by a model that was measured on phantoms only, at a site that asks for patients. */
const occlusion = flag({
  task: "occlusion",
  probability: 0.71,
  evidence: "phantom",
  moves_queue: false,
  volume_ml: null,
  abc2_ml: null,
  location: {
    territory: null,
    segment: "m1",
    side: "left",
    text: { fr: "M1 gauche", en: "left M1" },
  },
  ppv: { value: 0.22, low: 0.1, high: 0.38 },
  model: { name: "occlusion", version: "0.1.0", sha256: "77aa2a7be11d8c0f5a6b" },
  series_instance_uid: `${STUDY}.2`,
});

const infarct = flag({
  task: "infarct",
  status: "not_analysable",
  reason: "no image with diffusion weighting of 500 s/mm² or more",
  reason_text: {
    fr: "aucune image pondérée en diffusion à 500 s/mm² ou plus",
    en: "no image with diffusion weighting of 500 s/mm² or more",
  },
  flag: null,
  probability: null,
  ppv: null,
  npv: null,
  moves_queue: false,
  volume_ml: null,
  abc2_ml: null,
  model: { name: "infarct", version: "0.1.0", sha256: "a1b22a7be11d8c0f5a6b" },
  series_instance_uid: `${STUDY}.3`,
  slices_seen: 0,
});

function item(n: number, startedMinutesAgo: number, change: Partial<Item>): Item {
  const start = Date.now() - startedMinutesAgo * MIN;
  return {
    case_id: `11111111-1111-4111-8111-11111111111${n}`,
    position: n,
    urgency: 10 - n,
    sentence: { fr: "", en: "" },
    reasons: [
      {
        code: "ai_hemorrhage",
        text: { fr: "Saignement probable sur le scanner", en: "Bleeding likely on CT" },
        share: 0.62,
      },
      {
        code: "deadline",
        text: { fr: "L'objectif de 45 min approche", en: "The 45-min target is near" },
        share: 0.27,
      },
      {
        code: "clinical_lvo",
        text: {
          fr: "occlusion d'une grosse artère selon la clinique, 31 %",
          en: "large-vessel occlusion from the clinical picture, 31%",
        },
        share: 0.11,
      },
    ],
    flags: [],
    clock: {
      started_at: new Date(start).toISOString(),
      started_by: "alert",
      target_at: new Date(start + 45 * MIN).toISOString(),
      limit_at: new Date(start + 120 * MIN).toISOString(),
      state: "running",
      stopped_at: null,
    },
    state: "waiting",
    claimed_by: null,
    patient: {
      id: `IPP-00${n}`,
      family_name: "Martin",
      given_name: "Jeanne",
      birth_date: "1951-03-12",
      sex: "F",
    },
    site: ALL[0] ?? { id: "valmont", name: "CH de Valmont" },
    onset: { kind: "known", at: ago(startedMinutesAgo + 52) },
    nihss: 14,
    race: 6,
    anticoagulant: "doac",
    imaging: { series: 1, instances: 30, receiving: false },
    consult_id: null,
    decision: null,
    left: null,
    alert: true,
    ...change,
  };
}

export function items(): Item[] {
  return [
    item(1, 7, {
      sentence: {
        fr: "saignement probable, 94 %, 6,6 mL · 38 min avant l'objectif",
        en: "bleeding likely, 94 %, 6.6 mL · 38 min to target",
      },
      flags: [flag({}), occlusion, infarct],
    }),
    item(2, 61, {
      patient: {
        id: "R-2231",
        family_name: "Delacroix-Montferrand",
        given_name: "Jean-Baptiste",
        birth_date: "1938-11-02",
        sex: "M",
      },
      site: ALL[1] ?? ALL[0] ?? { id: "", name: "" },
      sentence: {
        fr: "objectif dépassé de 16 min · occlusion non analysable",
        en: "16 min past target · occlusion not analysable",
      },
      flags: [flag({ flag: false, probability: 0.04, volume_ml: null, abc2_ml: null }), noModel("occlusion")],
      state: "reading",
      claimed_by: { user_id: "x", display_name: "Dr Karim Haddad", role: "radiologist", until: ago(-9) },
      consult_id: "22222222-2222-4222-8222-222222222222",
      onset: { kind: "wake_up", at: null },
      anticoagulant: "unknown",
      nihss: null,
    }),
    item(3, 3, {
      patient: { id: "V-9917", family_name: "Nguyen", given_name: "Thi Mai", birth_date: null, sex: "F" },
      sentence: {
        fr: "images en cours de réception · 42 min avant l'objectif",
        en: "images arriving · 42 min to target",
      },
      flags: [
        flag({
          status: "pending",
          flag: null,
          probability: null,
          ppv: null,
          npv: null,
          moves_queue: false,
          volume_ml: null,
          abc2_ml: null,
          slices_seen: 12,
        }),
      ],
      imaging: { series: 1, instances: 12, receiving: true },
      onset: { kind: "unknown", at: null },
      race: null,
    }),
    item(4, 128, {
      patient: {
        id: "V-1002",
        family_name: "Petit",
        given_name: "Louis",
        birth_date: "1949-07-30",
        sex: "M",
      },
      sentence: { fr: "limite de 2 h dépassée · aucune image", en: "2 h limit passed · no image" },
      imaging: { series: 0, instances: 0, receiving: false },
      anticoagulant: "none",
    }),
    item(5, 90, {
      patient: {
        id: "V-0871",
        family_name: "Garnier",
        given_name: "Solange",
        birth_date: "1944-01-19",
        sex: "F",
      },
      sentence: { fr: "décidé en 41 min", en: "decided in 41 min" },
      state: "decided",
      clock: {
        started_at: ago(90),
        started_by: "door",
        target_at: ago(45),
        limit_at: ago(-30),
        state: "stopped",
        stopped_at: ago(49),
      },
      decision: { diagnosis: "haemorrhage", at: ago(49) },
      flags: [flag({})],
    }),
  ];
}

const written = (n: number, modality: string, description: string, document: boolean) => ({
  series_instance_uid: `${STUDY}.${n}`,
  modality,
  kind: "other",
  description,
  instances: document ? 1 : 30,
  complete: true,
  document,
});

const OTHERS = [
  { ...written(2, "CT", "Angio TSA 0.6 H20f", false), kind: "cta" },
  { ...written(3, "MR", "ep2d_diff_b0", false), kind: "dwi" },
  written(8, "SR", "Vigie — saignement (SR)", true),
  written(9, "SEG", "Vigie — saignement (SEG)", true),
];

export function caseOf(from: Item): Case {
  const analyses: Analysis[] = from.flags.map((f) => ({
    ...f,
    key_instance: f.flag ? { sop_instance_uid: sopUid(14), frame: null, index: 14 } : null,
    slices: Array.from({ length: from.imaging.instances }, (_, i) => ({
      sop_instance_uid: sopUid(i),
      frame: null,
      probability: f.flag ? Math.exp(-((i - 14) ** 2) / 14) * 0.97 + 0.01 : 0.03,
    })),
    timing_ms: { decode: 80, preprocess: 90, inference: 410, total: 580 },
  }));
  return {
    ...from,
    decision: null,
    door_at: from.clock.started_at,
    note: "Chute à domicile, céphalée brutale.",
    posterior: { hemorrhage: 0.81, lvo: 0.09, nlvo: 0.06, mimic: 0.04, ranges: null },
    studies:
      from.imaging.instances === 0
        ? []
        : [
            {
              study_instance_uid: STUDY,
              description: "CT CRANE SANS INJECTION",
              study_date: "2018-06-01",
              modalities: ["CT"],
              series: [
                {
                  series_instance_uid: `${STUDY}.1`,
                  modality: "CT",
                  kind: "ncct",
                  description: "Cerebrum 5.0 H31s",
                  instances: from.imaging.instances,
                  complete: !from.imaging.receiving,
                  document: false,
                },
                ...(from.flags.includes(occlusion) ? OTHERS : []),
              ],
            },
          ],
    analyses,
    report: null,
    report_due_at: from.imaging.instances === 0 ? null : ago(-22),
    reported_at: null,
    dispatch_decision: null,
    benchmarks: [
      {
        code: "door_to_imaging",
        label: { fr: "Arrivée → imagerie", en: "Door to imaging" },
        minutes: 12,
        target: 20,
      },
      {
        code: "imaging_to_read",
        label: { fr: "Imagerie → lecture", en: "Imaging to read" },
        minutes: null,
        target: 20,
      },
    ],
  };
}

export const TIMELINE: TimelineEvent[] = [
  {
    at: ago(7),
    actor: { display_name: "Dr Claire Besson", role: "emergency" },
    kind: "case.opened",
    text: { fr: "Alerte lancée", en: "Alert raised" },
  },
  {
    at: ago(5),
    actor: null,
    kind: "series.progress",
    text: { fr: "Première image reçue", en: "First image received" },
  },
  {
    at: ago(4),
    actor: null,
    kind: "analysis.changed",
    text: { fr: "Saignement probable, 94 %", en: "Bleeding likely, 94 %" },
  },
];
