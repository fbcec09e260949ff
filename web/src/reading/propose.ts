import type { Case, Decision, Diagnosis, ReportInput } from "../shared/api/types";
import { decimal, type Lang, percent } from "../shared/format";
import { common } from "../shared/i18n/common";

type Text = Pick<ReportInput, "findings" | "conclusion" | "recommendation">;

/**
 * A first wording of the report from what was received, seen and decided. A proposal only: it is signed by nobody
 * until a person has read and confirmed it, and it never turns "not analysed" into a negative finding.
 */
export function proposeReport(of: Case, lang: Lang): Text {
  return lang === "fr" ? inFrench(of) : inEnglish(of);
}

function imaging(of: Case): { description: string; slices: number } {
  const study = of.studies[0];
  return {
    description: study?.description ?? study?.modalities.join(", ") ?? "",
    slices: of.imaging.instances,
  };
}

function inFrench(of: Case): Text {
  const { description, slices } = imaging(of);
  const lines = [`${description || "Examen"}, ${slices} coupes.`];
  for (const a of of.analyses) {
    const task = { hemorrhage: "saignement", occlusion: "occlusion", infarct: "infarctus" }[a.task];
    if (a.status === "not_analysable") lines.push(`Recherche automatique (${task}) : non analysable.`);
    if (a.status === "failed") lines.push(`Recherche automatique (${task}) : analyse en échec.`);
    if (a.status !== "analysed" || !a.model) continue;
    const by = `${a.model.name} ${a.model.version}`;
    if (!a.flag) {
      lines.push(`Recherche automatique (${task}) : non signalé (${by}).`);
      continue;
    }
    const where = a.key_instance ? `, image clé coupe ${a.key_instance.index + 1}` : "";
    const volume = a.volume_ml === null ? "" : `, volume estimé ${decimal(a.volume_ml, "fr", 1)} mL`;
    const worth = a.ppv ? `, VPP sur ce site ${percent(a.ppv.value, "fr")}` : "";
    lines.push(`Recherche automatique : ${task} signalé${where}${volume} (${by}${worth}).`);
  }
  return {
    findings: lines.join("\n"),
    conclusion: of.decision ? `${common.fr.diagnosis[of.decision.diagnosis]}.` : "",
    recommendation: of.decision ? treatments(of.decision, "fr") : "",
  };
}

function inEnglish(of: Case): Text {
  const { description, slices } = imaging(of);
  const lines = [`${description || "Study"}, ${slices} slices.`];
  for (const a of of.analyses) {
    const task = { hemorrhage: "bleeding", occlusion: "occlusion", infarct: "infarct" }[a.task];
    if (a.status === "not_analysable") lines.push(`Automatic search (${task}): not analysable.`);
    if (a.status === "failed") lines.push(`Automatic search (${task}): analysis failed.`);
    if (a.status !== "analysed" || !a.model) continue;
    const by = `${a.model.name} ${a.model.version}`;
    if (!a.flag) {
      lines.push(`Automatic search (${task}): unflagged (${by}).`);
      continue;
    }
    const where = a.key_instance ? `, key image slice ${a.key_instance.index + 1}` : "";
    const volume = a.volume_ml === null ? "" : `, estimated volume ${decimal(a.volume_ml, "en", 1)} mL`;
    const worth = a.ppv ? `, PPV at this site ${percent(a.ppv.value, "en")}` : "";
    lines.push(`Automatic search: ${task} flagged${where}${volume} (${by}${worth}).`);
  }
  return {
    findings: lines.join("\n"),
    conclusion: of.decision ? `${common.en.diagnosis[of.decision.diagnosis]}.` : "",
    recommendation: of.decision ? treatments(of.decision, "en") : "",
  };
}

function treatments(decision: Decision, lang: Lang): string {
  const names = decision.treatments.map((t) => common[lang].treatment[t]);
  const text = names.join(", ");
  return decision.note ? `${text}. ${decision.note}` : text ? `${text}.` : "";
}

/** What the evidence points to, offered first in the form; nothing when it points nowhere. */
export function likelyDiagnosis(of: Case): Diagnosis | null {
  return of.analyses.some((a) => a.task === "hemorrhage" && a.status === "analysed" && a.flag)
    ? "haemorrhage"
    : null;
}
