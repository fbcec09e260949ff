import { spoken } from "../shared/analyses";
import type { Analysis, Case, Decision, Diagnosis, ReportInput, Task } from "../shared/api/types";
import { decimal, type Lang, percent } from "../shared/format";
import { common } from "../shared/i18n/common";
import { isResearch } from "../shared/ui/flag-line";

type Text = Pick<ReportInput, "findings" | "conclusion" | "recommendation">;

/**
 * A first wording of the report from what was received, seen and decided. A proposal only: it is signed by nobody
 * until a person has read and confirmed it, and it never turns "not analysed" into a negative finding.
 */
export function proposeReport(of: Case, lang: Lang): Text {
  const study = of.studies[0];
  const phrases = PHRASES[lang];
  const examined = study?.description ?? study?.modalities.join(", ") ?? "";
  const lines = [phrases.received(examined, of.imaging.instances)];
  for (const analysis of spoken(of.analyses)) lines.push(...sentence(analysis, lang));
  return {
    findings: lines.join("\n"),
    conclusion: of.decision ? `${common[lang].diagnosis[of.decision.diagnosis]}.` : "",
    recommendation: of.decision ? treatments(of.decision, lang) : "",
  };
}

const PHRASES = {
  fr: {
    received: (what: string, slices: number) => `${what || "Examen"}, ${slices} coupes.`,
    task: { hemorrhage: "saignement", occlusion: "occlusion", infarct: "infarctus" },
    said: (task: string, word: string, by: string) => `Recherche automatique (${task}) : ${word}${by}.`,
    not_analysable: "non analysable",
    failed: "analyse en échec",
    unflagged: "non signalé",
    flagged: "signalé",
    key: (n: number) => `image clé coupe ${n}`,
    volume: (ml: string) => `volume estimé ${ml} mL`,
    abc2: (ml: string) => `ABC/2 ${ml} mL`,
    worth: (value: string) => `VPP sur ce site ${value}`,
    research: "information de recherche",
  },
  en: {
    received: (what: string, slices: number) => `${what || "Study"}, ${slices} slices.`,
    task: { hemorrhage: "bleeding", occlusion: "occlusion", infarct: "infarct" },
    said: (task: string, word: string, by: string) => `Automatic search (${task}): ${word}${by}.`,
    not_analysable: "not analysable",
    failed: "analysis failed",
    unflagged: "unflagged",
    flagged: "flagged",
    key: (n: number) => `key image slice ${n}`,
    volume: (ml: string) => `estimated volume ${ml} mL`,
    abc2: (ml: string) => `ABC/2 ${ml} mL`,
    worth: (value: string) => `PPV at this site ${value}`,
    research: "research information",
  },
} as const;

/** One analysis in a sentence; nothing while it is still to come. */
function sentence(of: Analysis, lang: Lang): string[] {
  const t = PHRASES[lang];
  const task = t.task[of.task];
  if (of.status === "not_analysable" || of.status === "failed") return [t.said(task, t[of.status], "")];
  if (of.status !== "analysed" || !of.model) return [];
  const ml = (value: number) => decimal(value, lang, 1);
  const seen = of.flag
    ? [
        t.flagged,
        of.location?.text[lang],
        of.key_instance && t.key(of.key_instance.index + 1),
        of.volume_ml !== null && t.volume(ml(of.volume_ml)),
        of.abc2_ml !== null && t.abc2(ml(of.abc2_ml)),
      ]
    : [t.unflagged];
  const by = [
    `${of.model.name} ${of.model.version}`,
    of.flag && of.ppv && t.worth(percent(of.ppv.value, lang)),
    isResearch(of) && t.research,
  ];
  return [t.said(task, seen.filter(Boolean).join(", "), ` (${by.filter(Boolean).join(", ")})`)];
}

function treatments(decision: Decision, lang: Lang): string {
  const names = decision.treatments.map((t) => common[lang].treatment[t]);
  const text = names.join(", ");
  return decision.note ? `${text}. ${decision.note}` : text ? `${text}.` : "";
}

/** What counts in the queue points to, offered first in the form; nothing when it points nowhere. */
export function likelyDiagnosis(of: Case): Diagnosis | null {
  const flagged = (task: Task) => of.analyses.some((a) => a.task === task && a.flag && a.moves_queue);
  if (flagged("hemorrhage")) return "haemorrhage";
  if (flagged("occlusion")) return "lvo";
  return flagged("infarct") ? "ischaemia" : null;
}
