import "./indicators.css";
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import type { IndicatorCell, Indicators } from "../shared/api/types";
import { monthOf } from "../shared/format";
import { useWords } from "../shared/i18n/words";
import { useResource } from "../shared/resource";
import { ProblemNote } from "../shared/ui/problem-note";
import { Accuracy, Intervals, TransportTable, WindowKept } from "./figures";
import { cellOf } from "./series";
import { indicatorWords } from "./words";

/** What a site did with its time, month by month, and on how many cases each figure rests. */
export default function IndicatorsPage() {
  const t = useWords(indicatorWords);
  const found = useResource("indicators", () => api.indicators(), { everyMs: 300_000 });
  return (
    <div class="indicators">
      <header class="indicators-head">
        <h1>{t.title}</h1>
        <a class="button button-small" href="/api/v1/indicators.csv" download="indicators.csv">
          {t.download}
        </a>
      </header>
      {found.problem && <ProblemNote problem={found.problem} onRetry={found.reload} />}
      {!found.data && found.loading && (
        <span class="skeleton skeleton-card" role="status" aria-label={t.loading} />
      )}
      {found.data && <Chosen of={found.data} />}
    </div>
  );
}

function Chosen({ of }: { of: Indicators }) {
  const t = useWords(indicatorWords);
  const [site, setSite] = useState<string | null>(of.sites.length === 1 ? (of.sites[0]?.id ?? null) : null);
  const [month, setMonth] = useState<string | null>(null);
  const cell = cellOf(of, site, month);
  return (
    <>
      <div class="indicators-choice">
        <label>
          <span class="label">{t.site}</span>
          <select
            class="input"
            value={site ?? ""}
            onChange={(event) => setSite(event.currentTarget.value || null)}
          >
            <option value="">{t.all_sites}</option>
            {of.sites.map((known) => (
              <option key={known.id} value={known.id}>
                {known.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="label">{t.month}</span>
          <select
            class="input"
            value={month ?? ""}
            onChange={(event) => setMonth(event.currentTarget.value || null)}
          >
            <option value="">{t.whole_period(monthOf(of.months[0]), monthOf(of.months.at(-1)))}</option>
            {[...of.months].reverse().map((known) => (
              <option key={known} value={known}>
                {monthOf(known)}
              </option>
            ))}
          </select>
        </label>
        <p class="quiet" role="status">
          {t.cases(cell?.cases ?? 0)}
        </p>
      </div>
      {cell ? <Figures of={of} cell={cell} site={site} /> : <p class="empty">{t.empty}</p>}
    </>
  );
}

function Figures({ of, cell, site }: { of: Indicators; cell: IndicatorCell; site: string | null }) {
  const t = useWords(indicatorWords);
  return (
    <>
      <WindowKept cell={cell} />
      <Intervals of={of} cell={cell} site={site} />
      <Accuracy of={cell.accuracy} />
      <TransportTable of={cell.transports} />
      <p class="quiet indicators-sources">{t.sources}</p>
    </>
  );
}
