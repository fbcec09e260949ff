import type { Estimate, Indicator, IndicatorState, Watch } from "../../shared/api/types";
import { decimal, moment, percent } from "../../shared/format";
import { lang, say, useWords } from "../../shared/i18n/words";
import { now } from "../../shared/time";
import { interval } from "../../shared/ui/flag-line";
import { type Mark, MarkIcon } from "../../shared/ui/mark";
import { Gauge } from "./gauge";
import { modelWords } from "./words";

const MARK: Record<IndicatorState, Mark> = { in_band: "clear", alarm: "alarm", too_few: "waiting" };

/** What is watched of a model in service at a site. */
export function WatchFacts({ watch }: { watch: Watch }) {
  const t = useWords(modelWords);
  const share = (v: number) => percent(v, lang.value);
  const { not_analysable, drift, agreement } = watch;
  return (
    <section class="watch">
      <h3>
        {t.watch}
        {watch.since && (
          <span class="quiet"> · {t.watch_since(watch.series, moment(watch.since, now(), lang.value))}</span>
        )}
      </h3>
      <IndicatorLine
        label={t.not_analysable}
        of={not_analysable}
        write={interval}
        bound={share}
        detail={not_analysable.reasons.map((r) => `${say(r.text)} (${r.count})`).join(" · ")}
      />
      <IndicatorLine
        label={t.drift}
        of={drift}
        write={plain}
        bound={(v) => decimal(v, lang.value, 2)}
        detail={say(drift.measure)}
      />
      <IndicatorLine
        label={t.agreement}
        of={agreement}
        write={interval}
        bound={share}
        detail={[
          t.reports(agreement.reports),
          agreement.sensitivity && `${t.sensitivity} ${interval(agreement.sensitivity)}`,
          agreement.specificity && `${t.specificity} ${interval(agreement.specificity)}`,
        ]
          .filter(Boolean)
          .join(" · ")}
      />
    </section>
  );
}

function plain({ value, low, high }: Estimate): string {
  const write = (v: number) => decimal(v, lang.value, 2);
  return `${write(value)}\u00a0[${write(low)}\u2060–\u2060${write(high)}]`;
}

function IndicatorLine({
  label,
  of,
  write,
  bound,
  detail,
}: {
  label: string;
  of: Indicator;
  write: (value: Estimate) => string;
  bound: (value: number) => string;
  detail: string;
}) {
  const t = useWords(modelWords);
  return (
    <div class={`indicator indicator-${of.state}`}>
      <p class="indicator-label">{label}</p>
      <Gauge value={of.value} band={of.band} />
      <p>
        <MarkIcon mark={MARK[of.state]} size={12} />{" "}
        <span class="num">{of.value ? write(of.value) : "–"}</span>{" "}
        <span class="indicator-state">{t.state[of.state]}</span>{" "}
        <span class="quiet">({t.band(bound(of.band[0]), bound(of.band[1]))})</span>
      </p>
      {detail && <p class="quiet indicator-detail">{detail}</p>}
    </div>
  );
}
