import { useState } from "preact/hooks";
import type { ItemName, ItemValue, Proposal } from "../../shared/api/types";
import { percent, timeOfDay } from "../../shared/format";
import { lang, say, useWords } from "../../shared/i18n/words";
import { MarkIcon } from "../../shared/ui/mark";
import { Editor } from "./editors";
import { type Entries, type Entry, sameValue, standing } from "./items";
import type { Measured } from "./scored";
import { reportWords } from "./words";

interface RowProps {
  item: ItemName;
  entries: Entries;
  proposals: readonly Proposal[];
  measured: Measured | undefined;
  onEntry: (entry: Entry | null) => void;
}

/** One item: its control, and where its value comes from. A model's proposal waits for the reader's word. */
export function ItemRow({ item, entries, proposals, measured, onEntry }: RowProps) {
  const t = useWords(reportWords);
  const of = standing(item, entries, proposals);
  const proposed = proposals.filter((proposal) => proposal.item === item);
  // The drawing of ASPECTS is large: it opens on demand.
  const [open, setOpen] = useState(item !== "aspects");
  const value = "value" in of ? of.value : null;
  const label = t.item[item];
  const text = (said: ItemValue) => say(proposed.find((p) => sameValue(p.value, said))?.text);
  const edit = (next: ItemValue) => onEntry({ kind: "entered", value: next });
  if (!open && value === null) {
    return (
      <button type="button" class="button button-small" onClick={() => setOpen(true)}>
        {t.aspects_open}
      </button>
    );
  }
  return (
    <div class={`item item-${of.kind}`} data-item={item}>
      <Editor item={item} label={label} value={value} onChange={edit} />
      {of.kind === "proposed" && (
        <Offer
          said={t.proposed_by(
            `${of.by.name} ${of.by.version}`,
            percent(of.by.probability, lang.value),
            percent(of.by.threshold, lang.value),
          )}
          confirms={t.confirm_item_label(label, text(of.value))}
          onConfirm={() => onEntry({ kind: "confirmed", value: of.value })}
          onDismiss={() => onEntry({ kind: "dismissed", value: of.value })}
        />
      )}
      {of.kind === "unset" && measured && (
        <Offer
          said={t.measured_by(
            say(measured.score.text),
            measured.score.by?.display_name ?? "–",
            timeOfDay(measured.score.at, lang.value),
          )}
          confirms={t.confirm_item_label(label, say(measured.score.text))}
          onConfirm={() => edit(measured.value)}
        />
      )}
      {of.kind === "confirmed" && (
        <p class="item-source">
          <MarkIcon mark="done" /> {t.confirmed_by(`${of.by.name} ${of.by.version}`)}{" "}
          <Undo label={t.reconsider} onUndo={() => onEntry(null)} />
        </p>
      )}
      {of.kind === "dismissed" && (
        <p class="item-source quiet">
          {t.dismissed} <Undo label={t.reconsider} onUndo={() => onEntry(null)} />
        </p>
      )}
      {of.kind === "entered" && (
        <p class="item-source">
          <Undo label={t.clear_item} onUndo={() => onEntry(null)} />
        </p>
      )}
    </div>
  );
}

interface OfferProps {
  said: string;
  /** What confirming does, in full, for who does not see the item above. */
  confirms: string;
  onConfirm: () => void;
  onDismiss?: () => void;
}

/** A value that waits for the reader's word: a model's proposal, or what somebody measured with a scale. */
function Offer({ said, confirms, onConfirm, onDismiss }: OfferProps) {
  const t = useWords(reportWords);
  return (
    <div class="item-proposal">
      <p>
        <MarkIcon mark="unclear" /> {said}
      </p>
      <div class="form-buttons">
        <button type="button" class="button button-small" aria-label={confirms} onClick={onConfirm}>
          {t.confirm_item}
        </button>
        {onDismiss && (
          <button type="button" class="button button-small button-quiet" onClick={onDismiss}>
            {t.dismiss_item}
          </button>
        )}
      </div>
    </div>
  );
}

function Undo({ label, onUndo }: { label: string; onUndo: () => void }) {
  return (
    <button type="button" class="link-button" onClick={onUndo}>
      {label}
    </button>
  );
}
