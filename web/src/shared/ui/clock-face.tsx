import type { Clock } from "../api/types";
import { duration, readClock, timeOfDay } from "../format";
import { common } from "../i18n/common";
import { lang, useWords } from "../i18n/words";
import { beat } from "../time";
import { type Mark, MarkIcon } from "./mark";

const MARK: Record<Clock["state"], Mark> = {
  running: "clear",
  past_target: "warn",
  past_limit: "alarm",
  stopped: "done",
};

/** The clock of a case: minutes to the 45-minute target, then to the two-hour limit, with its bar. */
export function ClockFace({ clock, compact = false }: { clock: Clock; compact?: boolean }) {
  const t = useWords(common);
  const reading = readClock(clock, beat.value);
  const word = {
    running: t.clock.before_target,
    past_target: t.clock.past_target,
    past_limit: t.clock.past_limit,
    stopped: t.clock.stopped,
  }[reading.state];
  const minutes = {
    running: duration(reading.toTarget),
    past_target: `+${duration(-reading.toTarget)}`,
    past_limit: `+${duration(-reading.toLimit)}`,
    stopped: duration(reading.elapsed),
  }[reading.state];
  return (
    <div class={`clock clock-${reading.state} ${compact ? "clock-compact" : ""}`}>
      <p class="clock-time">
        <span class="visually-hidden">{t.clock.label("")}</span>
        {minutes}
      </p>
      <p class="clock-word">
        <MarkIcon mark={MARK[reading.state]} size={12} /> {word}
        {reading.state === "past_target" && (
          <span class="quiet"> · {t.clock.limit_in(duration(reading.toLimit))}</span>
        )}
      </p>
      <ClockBar share={reading.share} target={reading.targetShare} />
      {!compact && (
        <p class="clock-since quiet">
          {t.clock.since(timeOfDay(clock.started_at, lang.value), t.clock.by[clock.started_by])}
        </p>
      )}
    </div>
  );
}

function ClockBar({ share, target }: { share: number; target: number }) {
  return (
    <svg class="clock-bar" viewBox="0 0 120 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="clock-bar-track" x="0" y="1" width="120" height="4" />
      <rect class="clock-bar-gone" x="0" y="1" width={120 * share} height="4" />
      <rect class="clock-bar-target" x={120 * target - 0.8} y="0" width="1.600" height="6" />
    </svg>
  );
}
