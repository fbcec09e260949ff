import { api } from "../shared/api";
import type { Item } from "../shared/api/types";
import { fullName } from "../shared/format";
import { say, useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { MarkIcon } from "../shared/ui/mark";
import { readingWords } from "./words";

/** The most urgent case that nobody has and that stands before this one; null when there is none. */
export function moreUrgent(items: readonly Item[], caseId: string): Item | null {
  const mine = items.find((item) => item.case_id === caseId);
  if (!mine) return null;
  return (
    items.find((item) => item.state === "waiting" && !item.claimed_by && item.position < mine.position) ??
    null
  );
}

/** A later, more urgent arrival is announced, never forced on the person who reads. */
export function Announce({ caseId }: { caseId: string }) {
  const t = useWords(readingWords);
  const list = useResource("worklist beside", () => api.worklist(), {
    on: (event) => event.kind !== "series.progress" && event.kind !== "consult.changed",
    everyMs: 60_000,
  });
  const item = list.data ? moreUrgent(list.data.items, caseId) : null;
  if (!item) return null;
  return (
    <div class="announce-place">
      <p class="announce" role="status">
        <MarkIcon mark="warn" />
        <span>{t.urgent(fullName(item.patient), say(item.sentence))}</span>
        <a href="/worklist">{t.see}</a>
      </p>
    </div>
  );
}
