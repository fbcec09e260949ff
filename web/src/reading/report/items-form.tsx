import type { ItemName, Proposal } from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { ItemRow } from "./item-row";
import { asked, type Entries, type Entry } from "./items";
import type { Measures } from "./scored";
import { reportWords } from "./words";

type Entered = Exclude<ItemName, "ich_score">;

const SECTIONS: readonly {
  name: "bleeding" | "ischaemia" | "occlusion" | "infarct" | "patient";
  items: readonly Entered[];
}[] = [
  { name: "bleeding", items: ["haemorrhage", "haemorrhage_site", "haemorrhage_volume", "ventricles"] },
  { name: "ischaemia", items: ["aspects"] },
  { name: "occlusion", items: ["occlusion", "occlusion_site"] },
  { name: "infarct", items: ["infarct", "infarct_site", "infarct_volume"] },
  { name: "patient", items: ["midline_shift", "glasgow", "nihss"] },
];

interface FormProps {
  entries: Entries;
  proposals: readonly Proposal[];
  measures: Measures;
  onChange: (next: Entries) => void;
}

/** The structured part of the report. What nobody stated is left out: it is not negative. */
export function ItemsForm({ entries, proposals, measures, onChange }: FormProps) {
  const t = useWords(reportWords);
  const put = (item: Entered) => (entry: Entry | null) => {
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
            .map((item) => (
              <ItemRow
                key={item}
                item={item}
                entries={entries}
                proposals={proposals}
                measured={measures[item]}
                onEntry={put(item)}
              />
            ))}
          {section.name === "patient" && <p class="field-hint">{t.ich_computed}</p>}
        </fieldset>
      ))}
    </>
  );
}
