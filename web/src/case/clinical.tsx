import type { Case } from "../shared/api/types";
import { duration, minutesBetween, moment, thrombolysisLeft, timeOfDay } from "../shared/format";
import { common } from "../shared/i18n/common";
import { colon, lang, useWords } from "../shared/i18n/words";
import { beat, now } from "../shared/time";
import { caseWords } from "./words";

export function onsetWords(of: Case, nowMs: number, c: ReturnType<typeof useCommon>): string {
  if (of.onset.kind === "known" && of.onset.at) {
    return c.onset.known(timeOfDay(of.onset.at, lang.value), duration(minutesBetween(of.onset.at, nowMs)));
  }
  return c.onset[of.onset.kind === "wake_up" ? "wake_up" : "unknown"];
}

/** The same beside its label, which has the first word already. */
function onsetValue(of: Case, nowMs: number, c: ReturnType<typeof useCommon>): string {
  if (of.onset.kind === "unknown") return c.unknown;
  if (!of.onset.at) return onsetWords(of, nowMs, c);
  return `${timeOfDay(of.onset.at, lang.value)}, ${c.ago(duration(minutesBetween(of.onset.at, nowMs)))}`;
}

function useCommon() {
  return useWords(common);
}

export function windowWords(of: Case, nowMs: number, c: ReturnType<typeof useCommon>): string {
  const left = thrombolysisLeft(of.onset, nowMs);
  if (left === null) return c.onset.window_none;
  return left > 0 ? c.onset.window(duration(left)) : c.onset.window_closed;
}

export function Clinical({ of }: { of: Case }) {
  const t = useWords(caseWords);
  const c = useCommon();
  const rows: [string, string][] = [
    [t.onset, onsetValue(of, beat.value, c)],
    [t.window, windowWords(of, beat.value, c)],
    ["NIHSS", of.nihss === null ? "–" : String(of.nihss)],
    ["RACE", of.race === null ? "–" : String(of.race)],
    [t.anticoagulant, c.anticoagulant[of.anticoagulant]],
    [t.patient_id, of.patient.id],
  ];
  if (of.door_at) rows.push([t.door, moment(of.door_at, now(), lang.value)]);
  return (
    <section class="card">
      <h2>{t.clinical}</h2>
      <dl class="facts facts-large">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {of.note && (
        <p class="clinical-note">
          <span class="quiet">{colon(t.note)} </span>
          {of.note}
        </p>
      )}
    </section>
  );
}
