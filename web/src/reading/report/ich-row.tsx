import type { Proposal } from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { now } from "../../shared/time";
import { MarkIcon } from "../../shared/ui/mark";
import { ichOf } from "./ich";
import { ItemRow } from "./item-row";
import type { Entries, Entry } from "./items";
import type { Measured } from "./scored";
import { reportWords } from "./words";

interface IchRowProps {
  entries: Entries;
  proposals: readonly Proposal[];
  measured: Measured | undefined;
  birthDate: string | null;
  onEntry: (entry: Entry | null) => void;
}

/** The ICH score: computed where its parts are stated, the reader's own total where one is missing. */
export function IchRow({ birthDate, ...row }: IchRowProps) {
  const t = useWords(reportWords);
  const { bounds, computed, excluded } = ichOf(row.entries, row.proposals, birthDate, now());
  // A total that was entered keeps its control: nothing goes from under the hand once it agrees.
  if (computed !== null && row.entries.ich_score === undefined) {
    return (
      <div class="item" data-item="ich_score">
        <p>
          <span class="label">{t.item.ich_score}</span> <strong class="ich-total">{computed}</strong>
        </p>
        <p class="field-hint">{t.ich_parts}</p>
      </div>
    );
  }
  return (
    <>
      <ItemRow item="ich_score" {...row} />
      {excluded !== null && (
        <p class="field-error" role="alert">
          <MarkIcon mark="warn" /> {t.ich_excluded(excluded, ...bounds)}
        </p>
      )}
      <p class="field-hint">{computed === null ? t.ich_computed : t.ich_parts}</p>
    </>
  );
}
