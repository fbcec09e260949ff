import "./record.css";
import { api } from "../shared/api";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { ProblemNote } from "../shared/ui/problem-note";
import { signed } from "./actual";
import { recordWords } from "./record-words";

/** How well transports are foreseen, over all that were decided. */
export default function ForesightPage() {
  const t = useWords(recordWords);
  const found = useResource("dispatch foresight", () => api.foresight());
  if (!found.data) {
    return found.problem ? (
      <ProblemNote problem={found.problem} onRetry={found.reload} />
    ) : (
      <div role="status" aria-label={t.loading}>
        <span class="skeleton skeleton-card" />
      </div>
    );
  }
  const { stretches, compared, decided } = found.data;
  return (
    <article class="record">
      <h1>{t.overall_title}</h1>
      {stretches.length === 0 ? (
        <p class="empty">{t.overall_none}</p>
      ) : (
        <section class="card">
          <p>{t.overall_lead(compared, decided)}</p>
          <section class="record-scroll" aria-label={t.overall_title} tabIndex={0}>
            <table class="foreseen">
              <thead>
                <tr>
                  <th scope="col">{t.stretch}</th>
                  <th scope="col">{t.cases}</th>
                  <th scope="col">{t.median}</th>
                  <th scope="col">{t.spread}</th>
                  <th scope="col">{t.size}</th>
                </tr>
              </thead>
              <tbody>
                {stretches.map((of) => (
                  <tr key={of.stretch}>
                    <th scope="row">{t.stretches[of.stretch]}</th>
                    <td class="num">{of.cases}</td>
                    <td class="num">{signed(of.median_error)} min</td>
                    <td class="num">
                      {signed(of.spread[0])} … {signed(of.spread[1])} min
                    </td>
                    <td class="num">{Math.round(of.median_size)} min</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <p class="quiet">{t.plus}</p>
        </section>
      )}
    </article>
  );
}
