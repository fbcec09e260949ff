import type { OnsetKind } from "../shared/api/types";
import { duration, minutesBetween, timeOfDay } from "../shared/format";
import { lang, useWords } from "../shared/i18n/words";
import { beat, now } from "../shared/time";
import { Choice } from "../shared/ui/choice";
import { Field } from "../shared/ui/field";
import { parseOnsetTime } from "./draft";
import { alertWords } from "./words";

export interface OnsetFieldsProps {
  kind: OnsetKind | null;
  time: string;
  onKind: (kind: OnsetKind) => void;
  onTime: (time: string) => void;
  kindError: string | null;
  timeError: string | null;
}

const QUICK_MINUTES = [30, 60, 120] as const;

/** When it began: a time, on waking, or unknown; the last two are states of their own, never a date. */
export function OnsetFields({ kind, time, onKind, onTime, kindError, timeError }: OnsetFieldsProps) {
  const t = useWords(alertWords);
  const parsed = kind === "known" ? parseOnsetTime(time, beat.value) : null;
  const read = () => {
    if (!parsed) return undefined;
    const clock = timeOfDay(parsed, lang.value);
    const since = duration(minutesBetween(parsed, beat.value));
    const today = new Date(parsed).toDateString() === new Date(beat.value).toDateString();
    return today ? t.onset_read(clock, since) : t.onset_yesterday(clock, since);
  };
  return (
    <section class="alert-group" aria-label={t.onset}>
      <Choice
        legend={t.onset}
        options={[
          { value: "known", label: t.onset_known },
          { value: "wake_up", label: t.onset_wake_up },
          { value: "unknown", label: t.onset_unknown },
        ]}
        value={kind}
        onChange={onKind}
        error={kindError}
      />
      {kind === "known" && (
        <div class="alert-onset">
          <div class="alert-quick">
            {QUICK_MINUTES.map((minutes) => (
              <button
                key={minutes}
                type="button"
                class="button"
                onClick={() => onTime(timeOfDay(now() - minutes * 60_000, "fr"))}
              >
                {t.onset_ago(duration(minutes))}
              </button>
            ))}
          </div>
          <Field
            label={t.onset_time}
            value={time}
            onInput={onTime}
            name="onset-time"
            inputMode="numeric"
            autocomplete="off"
            placeholder="13:20"
            hint={read()}
            error={timeError}
          />
        </div>
      )}
    </section>
  );
}
