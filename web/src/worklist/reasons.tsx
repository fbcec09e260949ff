import type { Item, Reason } from "../shared/api/types";
import { percent } from "../shared/format";
import { lang, say, useWords } from "../shared/i18n/words";
import { MarkIcon } from "../shared/ui/mark";
import { worklistWords } from "./words";

/** Whether the case must be opened before any other: one more reading elsewhere, and a limit is missed. */
export function isLastTurn({ reasons }: Pick<Item, "reasons">): boolean {
  return reasons.some((reason) => reason.code === "last_turn");
}

/** On the edge of the row, readable from a step away: a word and a shape of its own, and no colour needed. */
export function LastTurn() {
  const t = useWords(worklistWords);
  return (
    <p class="row-now">
      <strong class="row-now-word">
        <MarkIcon mark="now" size={16} /> {t.now}
      </strong>
      <span class="row-now-why">{t.now_why}</span>
    </p>
  );
}

/** What weighs, largest share first. A last turn is not weighed: it goes first whatever the others weigh. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const t = useWords(worklistWords);
  return (
    <ol class="reasons">
      {reasons.map((reason) =>
        reason.code === "last_turn" ? (
          <li key={reason.code} class="reason-now">
            <MarkIcon mark="now" />
            <span>
              {say(reason.text)}
              <span class="quiet"> · {t.now_first}</span>
            </span>
          </li>
        ) : (
          <li key={reason.code}>
            <span>{say(reason.text)}</span>
            <meter
              min={0}
              max={1}
              value={reason.share}
              aria-label={t.share(percent(reason.share, lang.value))}
            />
            <span class="num">{percent(reason.share, lang.value)}</span>
          </li>
        ),
      )}
    </ol>
  );
}
