import type {
  AccuracyFigures,
  IndicatorCell,
  Indicators,
  IntervalFigures,
  Share,
  TransportFigures,
} from "../shared/api/types";
import { duration, euros, percent } from "../shared/format";
import { flagWords } from "../shared/i18n/flags";
import { lang, say, useWords } from "../shared/i18n/words";
import { RunChart } from "./run-chart";
import { run } from "./series";
import { indicatorWords } from "./words";

/** A share never stands without what it was counted on and how sure it is. */
function useShareWords(): (of: Share) => string {
  const t = useWords(indicatorWords);
  return ({ share }) => {
    if (!share) return t.none_measured;
    const bound = (value: number) => String(Math.round(value * 100));
    return t.share(percent(share.value, lang.value), bound(share.low), bound(share.high));
  };
}

export function WindowKept({ cell }: { cell: IndicatorCell }) {
  const t = useWords(indicatorWords);
  const shareWords = useShareWords();
  const rows: [string, Share][] = [
    [t.within(duration(45)), cell.within_target],
    [t.within(duration(120)), cell.within_limit],
    [t.escalated, cell.escalated],
  ];
  return (
    <section class="card">
      <h2>{t.window}</h2>
      <dl class="figures">
        {rows.map(([label, share]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <strong>{shareWords(share)}</strong> <span class="quiet">{t.of(share.part, share.whole)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet figures-note">{t.window_note}</p>
    </section>
  );
}

export function Intervals({ of, cell, site }: { of: Indicators; cell: IndicatorCell; site: string | null }) {
  const t = useWords(indicatorWords);
  return (
    <section class="card">
      <h2>{t.intervals}</h2>
      <p class="quiet figures-note">{t.legend}</p>
      <ul class="interval-cards">
        {cell.intervals.map((figures) => (
          <li key={figures.code} data-interval={figures.code}>
            <h3>{say(figures.label)}</h3>
            <Measured of={figures} fewest={of.fewest} />
            <RunChart
              label={say(figures.label)}
              points={run(of, site, figures.code)}
              target={figures.target}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Measured({ of, fewest }: { of: IntervalFigures; fewest: number }) {
  const t = useWords(indicatorWords);
  const { part, whole } = of.met;
  if (whole === 0) {
    return (
      <p class="quiet">
        {t.none_measured} · {t.target(duration(of.target))}
      </p>
    );
  }
  return (
    <p>
      {of.median === null || of.p90 === null ? (
        <span>{t.too_few(whole, fewest)}</span>
      ) : (
        <>
          <strong>
            {t.median} {duration(of.median)}
          </strong>{" "}
          · {t.p90} {duration(of.p90)} · {t.n(whole)}
        </>
      )}
      <span class="quiet">
        {" "}
        · {t.met(part, whole)} ({duration(of.target)})
      </span>
    </p>
  );
}

export function Accuracy({ of }: { of: readonly AccuracyFigures[] }) {
  const t = useWords(indicatorWords);
  const f = useWords(flagWords);
  const shareWords = useShareWords();
  return (
    <section class="card">
      <h2>{t.accuracy}</h2>
      <p class="quiet figures-note">{t.accuracy_note}</p>
      <section class="figures-table" tabIndex={0} aria-label={t.accuracy}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.task}</th>
              <th scope="col">
                {t.missed} <span class="quiet">{t.missed_note}</span>
              </th>
              <th scope="col">
                {t.false_flags} <span class="quiet">{t.false_note}</span>
              </th>
              <th scope="col">{t.not_analysed}</th>
            </tr>
          </thead>
          <tbody>
            {of.map((figures) => (
              <tr key={figures.task}>
                <th scope="row">{f.task[figures.task]}</th>
                {[figures.missed, figures.false_flags].map((share, column) => (
                  <td key={column === 0 ? "missed" : "false"}>
                    {shareWords(share)}
                    {share.whole > 0 && <span class="quiet"> {t.of(share.part, share.whole)}</span>}
                  </td>
                ))}
                <td class="num">{figures.not_analysed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

export function TransportTable({ of }: { of: TransportFigures }) {
  const t = useWords(indicatorWords);
  const rows: [string, string][] = [
    [t.decisions, String(of.decisions)],
    [t.flights, String(of.flights)],
    [t.avoided_moving, String(of.avoided_moving)],
    [t.avoided_staying, String(of.avoided_staying)],
    [t.euros_saved, euros(of.euros_saved, lang.value)],
  ];
  return (
    <section class="card">
      <h2>{t.transports}</h2>
      <dl class="figures">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="num">
              <strong>{value}</strong>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet figures-note">{t.transports_note}</p>
    </section>
  );
}
