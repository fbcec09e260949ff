import type { Flag, PredictiveValue } from "../api/types";
import { decimal, percent } from "../format";
import { flagWords } from "../i18n/flags";
import { lang, say, useWords } from "../i18n/words";
import { EvidenceMark } from "./evidence";
import { type Mark, MarkIcon } from "./mark";

/** Analysed, but by a model whose evidence is below what the site asks: it moves nothing, and looks it. */
export function isResearch(flag: Flag): boolean {
  return flag.status === "analysed" && !flag.moves_queue;
}

export function flagMark(flag: Flag): Mark {
  if (flag.status === "pending") return "waiting";
  if (flag.status !== "analysed") return "unclear";
  if (!flag.flag) return "clear";
  return isResearch(flag) ? "research" : "alarm";
}

/** The flag in a word: unflagged, not analysable and not yet analysed are never the same. */
export function useFlagWord(): (flag: Flag) => string {
  const t = useWords(flagWords);
  return (flag) => {
    const of = t.task[flag.task];
    if (flag.status !== "analysed") return t.says(of, t[flag.status]);
    return flag.flag ? t.flagged[flag.task] : t.says(of, t.unflagged);
  };
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

/** What a raised flag says besides its word: how probable, how large, where. */
export function flagFigures(flag: Flag): string {
  if (!flag.flag) return "";
  const ml = flag.volume_ml === null ? "" : `${decimal(flag.volume_ml, lang.value, 1)}\u00a0mL`;
  const probability = flag.probability === null ? "" : percent(flag.probability, lang.value);
  return [probability, ml, say(flag.location?.text)].filter(Boolean).join(" · ");
}

/** What the AI saw of one task, with what that is worth at this site. */
export function FlagLine({ flag }: { flag: Flag }) {
  const t = useWords(flagWords);
  const word = useFlagWord();
  const mark = flagMark(flag);
  if (flag.status !== "analysed") {
    const reason = say(flag.reason_text ?? flag.reason);
    return (
      <p class={`flag flag-${mark}`}>
        <MarkIcon mark={mark} />
        <span>
          <span class="flag-word">{word(flag)}</span>{" "}
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
          {word(flag)} {flagFigures(flag)}
        </span>{" "}
        <span class="flag-worth">
          {flag.flag ? worth(flag.ppv, t.ppv, t.value_unknown) : worth(flag.npv, t.npv, t.value_unknown)}
          {flag.provisional && ` · ${t.provisional(flag.slices_seen)}`}
        </span>{" "}
        <span class="flag-worth">
          {flag.evidence && <EvidenceMark level={flag.evidence} />}
          {isResearch(flag) && <span class="research-note"> · {t.research}</span>}
        </span>
      </span>
    </p>
  );
}

/** What was not analysed is worth nothing either way. */
function judged(flag: Flag, value: PredictiveValue | null): string | null {
  return flag.status === "analysed" && value ? interval(value) : null;
}

function useFacts(): (flag: Flag) => [string, string][] {
  const t = useWords(flagWords);
  const ml = (value: number) => `${decimal(value, lang.value, 1)} mL`;
  return (flag) => {
    const rows: [string, string | null][] = [
      [t.location, flag.location && say(flag.location.text)],
      [t.volume, flag.volume_ml === null ? null : ml(flag.volume_ml)],
      [t.abc2, flag.abc2_ml === null ? null : ml(flag.abc2_ml)],
      [t.probability, flag.probability === null ? null : percent(flag.probability, lang.value, 1)],
      [t.threshold, flag.threshold === null ? null : percent(flag.threshold, lang.value, 1)],
      [t.ppv_long, judged(flag, flag.ppv)],
      [t.npv_long, judged(flag, flag.npv)],
      [t.slices_seen, flag.slices_seen > 0 ? String(flag.slices_seen) : null],
      [t.model, flag.model && `${flag.model.name} ${flag.model.version} (${flag.model.sha256.slice(0, 8)})`],
      [t.evidence, flag.evidence && flag.model && t.evidence_level[flag.evidence]],
    ];
    return rows.filter((row): row is [string, string] => row[1] !== null);
  };
}

/** Everything behind a flag: model, version, threshold, evidence, predictive values. */
export function FlagDetails({ flag }: { flag: Flag }) {
  const t = useWords(flagWords);
  const rows = useFacts()(flag);
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

/** An estimate with its interval, kept on one line by word joiners. */
export function interval(value: PredictiveValue): string {
  const bound = (v: number) => Math.round(v * 100);
  return `${percent(value.value, lang.value)}\u00a0[${bound(value.low)}\u2060–\u2060${bound(value.high)}]`;
}
