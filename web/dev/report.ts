import type { Case, Proposal, ReportInput, ReportVersion } from "../src/shared/api/types";

/** What the models suggest, in the server's way: from flags only. */
export function proposalsOf(of: Case): Proposal[] {
  return of.analyses.flatMap((analysis): Proposal[] => {
    if (!analysis.flag || !analysis.model || analysis.task !== "hemorrhage") return [];
    const model = {
      ...analysis.model,
      task: analysis.task,
      series_instance_uid: analysis.series_instance_uid ?? "",
      probability: analysis.probability ?? 0,
      threshold: analysis.threshold ?? 0,
      evidence: analysis.evidence ?? "internal",
    };
    const label = { fr: "Hémorragie", en: "Haemorrhage" };
    const there = {
      item: "haemorrhage",
      label,
      value: "present",
      text: { fr: "oui", en: "yes" },
      model,
    } as const;
    if (analysis.volume_ml === null) return [there];
    const ml = analysis.volume_ml;
    return [
      there,
      {
        item: "haemorrhage_volume",
        label: { fr: "Volume du saignement", en: "Volume of the bleeding" },
        value: ml,
        text: { fr: `${ml} mL`, en: `${ml} mL` },
        model,
      },
    ];
  });
}

/** A signed version of what was sent. */
export function versionOf(
  of: Case,
  input: ReportInput,
  by: ReportVersion["signed_by"],
  at: string,
): ReportVersion {
  const proposals = proposalsOf(of);
  const before = of.report;
  return {
    ...input,
    version: before ? Math.max(before.version, ...before.addenda.map((a) => a.version)) + 1 : 1,
    items: input.items.map(({ item, value, standing }) => ({
      item,
      label: { fr: item, en: item },
      value,
      text: { fr: JSON.stringify(value), en: JSON.stringify(value) },
      source: standing === "confirmed" ? "confirmed" : "reader",
      model: proposals.find((proposal) => proposal.item === item)?.model ?? null,
    })),
    signed_by: by,
    signed_at: at,
  };
}
