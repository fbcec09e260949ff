import type { Case } from "../../shared/api/types";
import { duration, minutesBetween, readClock, timeOfDay } from "../../shared/format";
import { lang, useWords } from "../../shared/i18n/words";
import { beat } from "../../shared/time";
import { type Mark, MarkIcon } from "../../shared/ui/mark";
import { reportWords } from "./words";

type Timed = Pick<Case, "report_due_at" | "reported_at" | "clock">;

/** Minutes left of the report's hour; negative once past. Null while no image has come. */
export function minutesLeft(of: Timed, nowMs: number): number | null {
  return of.report_due_at === null ? null : Math.ceil((Date.parse(of.report_due_at) - nowMs) / 60_000);
}

/** The report's hour, and the window of the diagnosis while it still runs. */
export function Countdown({ of }: { of: Timed }) {
  const t = useWords(reportWords);
  const left = minutesLeft(of, beat.value);
  let mark: Mark = "clear";
  let word = t.countdown_none;
  if (of.reported_at !== null && of.report_due_at !== null) {
    mark = "done";
    // The hour runs from the first image: an hour before it is due.
    word = t.countdown_done(duration(Math.max(0, 60 + minutesBetween(of.report_due_at, of.reported_at))));
  } else if (left !== null && of.report_due_at !== null) {
    mark = left <= 0 ? "alarm" : left <= 15 ? "warn" : "clear";
    word =
      left <= 0
        ? t.countdown_late(duration(left))
        : t.countdown_due(duration(left), timeOfDay(of.report_due_at, lang.value));
  }
  return (
    <p class={`countdown countdown-${mark}`} data-testid="countdown">
      <MarkIcon mark={mark} size={12} /> {word}
      <DiagnosisWindow of={of} />
    </p>
  );
}

function DiagnosisWindow({ of }: { of: Timed }) {
  const t = useWords(reportWords);
  const reading = readClock(of.clock, beat.value);
  if (reading.state === "stopped") return null;
  const word = {
    running: t.window_target(duration(reading.toTarget)),
    past_target: t.window_limit(duration(reading.toLimit)),
    past_limit: t.window_past(duration(reading.toLimit)),
  }[reading.state];
  return <span class="quiet"> · {word}</span>;
}
