import type { Flag, PredictiveValue } from "../api/types";
import { decimal, percent } from "../format";
import { flagWords } from "../i18n/flags";
import { lang, say, useWords } from "../i18n/words";
import { type Mark, MarkIcon } from "./mark";

export function flagMark(flag: Flag): Mark {
  if (flag.status === "analysed") return flag.flag ? "alarm" : "clear";
  if (flag.status === "pending") return "waiting";
  return "unclear";
}

function worth(
  value: PredictiveValue | null,
  phrase: (value: string, low: string, high: string) => string,
  unknown: string,
): string {
  if (!value) return unknown;
  const bound = (v: number) => String(Math.round(v * 100));
  return phrase(percent(value.value, lang.value), bound(value.low), bound(value.high));
}

/** What the AI saw of one task, with what that is worth at this site. */
export function FlagLine({ flag }: { flag: Flag }) {
  const t = useWords(flagWords);
  const mark = flagMark(flag);
  if (flag.status !== "analysed") {
    const word = {
      pending: t.pending,
      not_analysable: t.not_analysable,
      failed: t.failed,
      not_applicable: t.not_applicable,
    }[flag.status];
    const reason = say(flag.reason_text ?? flag.reason);
    return (
      <p class={`flag flag-${mark}`}>
        <MarkIcon mark={mark} />
        <span>
          <span class="flag-word">
            {t.task[flag.task]} : {word}
          </span>{" "}
          {reason && flag.status !== "pending" && <span class="flag-worth">{reason}</span>}
        </span>
      </p>
    );
  }
  return (
    <p class={`flag flag-${mark}`}>
      <MarkIcon mark={mark} />
      <span>
        <span class="flag-word">
          {flag.flag ? t.flagged[flag.task] : `${t.task[flag.task]} : ${t.unflagged}`}
          {flag.flag && flag.probability !== null && ` ${percent(flag.probability, lang.value)}`}
          {flag.flag && flag.volume_ml !== null && ` · ${decimal(flag.volume_ml, lang.value, 1)} mL`}
        </span>{" "}
        <span class="flag-worth">
          {flag.flag ? worth(flag.ppv, t.ppv, t.value_unknown) : worth(flag.npv, t.npv, t.value_unknown)}
          {flag.provisional && ` · ${t.provisional(flag.slices_seen)}`}
        </span>
      </span>
    </p>
  );
}

/** Everything behind a flag: model, version, threshold, evidence, predictive values. */
export function FlagDetails({ flag }: { flag: Flag }) {
  const t = useWords(flagWords);
  const rows: [string, string][] = [];
  if (flag.probability !== null) rows.push([t.probability, percent(flag.probability, lang.value, 1)]);
  if (flag.threshold !== null) rows.push([t.threshold, percent(flag.threshold, lang.value, 1)]);
  if (flag.ppv) rows.push([t.ppv_long, interval(flag.ppv)]);
  if (flag.npv) rows.push([t.npv_long, interval(flag.npv)]);
  if (flag.volume_ml !== null) rows.push([t.volume, `${decimal(flag.volume_ml, lang.value, 1)} mL`]);
  if (flag.slices_seen > 0) rows.push([t.slices_seen, String(flag.slices_seen)]);
  if (flag.model) {
    rows.push([t.model, `${flag.model.name} ${flag.model.version} (${flag.model.sha256.slice(0, 8)})`]);
    if (flag.evidence) rows.push([t.evidence, t.evidence_level[flag.evidence]]);
  }
  return (
    <section class="flag-details">
      <FlagLine flag={flag} />
      <dl class="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {flag.status !== "analysed" && <p class="flag-never quiet">{t.never_negative}</p>}
    </section>
  );
}

function interval(value: PredictiveValue): string {
  const bound = (v: number) => Math.round(v * 100);
  // Word joiners keep the interval on one line.
  return `${percent(value.value, lang.value)}\u00a0[${bound(value.low)}\u2060–\u2060${bound(value.high)}]`;
}
