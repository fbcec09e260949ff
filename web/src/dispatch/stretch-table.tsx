import type { HeldStretch } from "../shared/api/types";
import { duration } from "../shared/format";
import { useWords } from "../shared/i18n/words";
import { signed } from "./actual";
import { recordWords } from "./record-words";

/** What was foreseen, what happened, and the difference; longer than foreseen is a plus. */
export function StretchTable({ stretches }: { stretches: readonly HeldStretch[] }) {
  const t = useWords(recordWords);
  const minutes = (of: number | null) =>
    of === null ? "–" : `${Math.round(of) < 0 ? "−" : ""}${duration(of)}`;
  return (
    <table class="foreseen">
      <caption class="visually-hidden">{t.held}</caption>
      <thead>
        <tr>
          <th scope="col">{t.stretch}</th>
          <th scope="col">{t.foreseen}</th>
          <th scope="col">{t.real}</th>
          <th scope="col">{t.error}</th>
        </tr>
      </thead>
      <tbody>
        {stretches.map((held) => (
          <tr key={held.stretch}>
            <th scope="row">{t.stretches[held.stretch]}</th>
            <td class="num">{minutes(held.foreseen)}</td>
            <td class="num">{minutes(held.real)}</td>
            <td class="num">{held.error === null ? "–" : `${signed(held.error)} min`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
