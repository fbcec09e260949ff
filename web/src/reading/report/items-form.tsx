import type { ItemName, Proposal } from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { IchRow } from "./ich-row";
import { ItemRow } from "./item-row";
import { asked, type Entries, type Entry } from "./items";
import type { Measures } from "./scored";
import { reportWords } from "./words";

const SECTIONS: readonly {
  name: "bleeding" | "ischaemia" | "occlusion" | "infarct" | "patient";
  items: readonly ItemName[];
}[] = [
  { name: "bleeding", items: ["haemorrhage", "haemorrhage_site", "haemorrhage_volume", "ventricles"] },
  { name: "ischaemia", items: ["aspects"] },
  { name: "occlusion", items: ["occlusion", "occlusion_site"] },
  { name: "infarct", items: ["infarct", "infarct_site", "infarct_volume"] },
  { name: "patient", items: ["midline_shift", "glasgow", "nihss", "ich_score"] },
];

interface FormProps {
  entries: Entries;
  proposals: readonly Proposal[];
  measures: Measures;
  /** Of the patient: a part of the ICH score. */
  birthDate: string | null;
  onChange: (next: Entries) => void;
}

/** The structured part of the report. What nobody stated is left out: it is not negative. */
export function ItemsForm({ entries, proposals, measures, birthDate, onChange }: FormProps) {
  const t = useWords(reportWords);
  const put = (item: ItemName) => (entry: Entry | null) => {
    const next = { ...entries };
    if (entry) next[item] = entry;
    else delete next[item];
    onChange(next);
  };
  return (
    <>
      {SECTIONS.map((section) => (
        <fieldset key={section.name} class="items">
          <legend class="items-legend">{t.section[section.name]}</legend>
          {section.items
            .filter((item) => asked(item, entries, proposals))
            .map((item) => {
              const row = { entries, proposals, measured: measures[item], onEntry: put(item) };
              return item === "ich_score" ? (
                <IchRow key={item} birthDate={birthDate} {...row} />
              ) : (
                <ItemRow key={item} item={item} {...row} />
              );
            })}
        </fieldset>
      ))}
    </>
  );
}
