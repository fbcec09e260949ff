import type {
  Cited,
  ItemInput,
  ItemName,
  ItemValue,
  Proposal,
  Report,
  ReportVersion,
} from "../../shared/api/types";

/** What the reader did with an item: a value of their own, a proposal confirmed, or a proposal put aside. */
export type Entry =
  | { kind: "entered"; value: ItemValue }
  | { kind: "confirmed"; value: ItemValue }
  | { kind: "dismissed"; value: ItemValue };

export type Entries = Partial<Record<ItemName, Entry>>;

/** Where an item stands on the form. */
export type Standing =
  | { kind: "unset" }
  | { kind: "proposed"; value: ItemValue; by: Cited }
  | { kind: "confirmed"; value: ItemValue; by: Cited }
  | { kind: "entered"; value: ItemValue }
  | { kind: "dismissed" };

/** The item that must not be absent for this one to say anything. */
const PARENT: Partial<Record<ItemName, ItemName>> = {
  haemorrhage_site: "haemorrhage",
  haemorrhage_volume: "haemorrhage",
  ventricles: "haemorrhage",
  ich_score: "haemorrhage",
  occlusion_site: "occlusion",
  infarct_site: "infarct",
  infarct_volume: "infarct",
};

/** In the report's order. */
export const ITEMS: readonly ItemName[] = [
  "haemorrhage",
  "haemorrhage_site",
  "haemorrhage_volume",
  "ventricles",
  "midline_shift",
  "glasgow",
  "nihss",
  "ich_score",
  "aspects",
  "occlusion",
  "occlusion_site",
  "infarct",
  "infarct_site",
  "infarct_volume",
];

/** Whether two values say the same, whatever the order of their keys. */
export function sameValue(a: ItemValue, b: ItemValue): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${key}:${canonical(inner)}`).join(",")}}`;
}

/**
 * Where an item stands. A proposal that changed after it was confirmed or put aside is a proposal again: nobody has
 * read what it says now.
 */
export function standing(item: ItemName, entries: Entries, proposals: readonly Proposal[]): Standing {
  const entry = entries[item];
  if (entry?.kind === "entered") return { kind: "entered", value: entry.value };
  const mine = proposals.filter((proposal) => proposal.item === item);
  const same = entry && mine.find((proposal) => sameValue(proposal.value, entry.value));
  if (entry && same) {
    if (entry.kind === "dismissed") return { kind: "dismissed" };
    return { kind: "confirmed", value: entry.value, by: same.model };
  }
  const first = mine[0];
  return first ? { kind: "proposed", value: first.value, by: first.model } : { kind: "unset" };
}

/** Whether the item can be asked: its parent is said to be there, or perhaps. */
export function asked(item: ItemName, entries: Entries, proposals: readonly Proposal[]): boolean {
  const parent = PARENT[item];
  if (!parent) return true;
  const of = standing(parent, entries, proposals);
  return (
    (of.kind === "entered" || of.kind === "confirmed" || of.kind === "proposed") && of.value !== "absent"
  );
}

/** Items that still wait for the reader's word. */
export function unread(entries: Entries, proposals: readonly Proposal[]): ItemName[] {
  return ITEMS.filter(
    (item) => asked(item, entries, proposals) && standing(item, entries, proposals).kind === "proposed",
  );
}

/** What is sent: only what the reader said, and only where it can be said. */
export function toSend(entries: Entries, proposals: readonly Proposal[]): ItemInput[] {
  return ITEMS.flatMap((item) => {
    const of = standing(item, entries, proposals);
    if (of.kind !== "entered" && of.kind !== "confirmed") return [];
    return asked(item, entries, proposals) ? [{ item, value: of.value, standing: of.kind }] : [];
  });
}

/**
 * A new version starts from the last signed one: what was confirmed stays so while a model still says it, and is the
 * reader's own statement otherwise.
 */
export function fromSigned(version: ReportVersion, proposals: readonly Proposal[]): Entries {
  const entries: Entries = {};
  for (const { item, value, source } of version.items) {
    if (source === "computed") continue;
    const said = proposals.some((proposal) => proposal.item === item && sameValue(proposal.value, value));
    entries[item] = { kind: source === "confirmed" && said ? "confirmed" : "entered", value };
  }
  return entries;
}

/** The report in force after one more signature. */
export function withSigned(report: Report | null, signed: ReportVersion): Report {
  if (signed.status === "addendum" && report) return { ...report, addenda: [...report.addenda, signed] };
  return { ...signed, addenda: [] };
}
