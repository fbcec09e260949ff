import type { StretchLine, StretchState } from "../shared/api/types";
import type { Mark } from "../shared/ui/mark";

const MINUTE = 60_000;

export interface StretchReading {
  state: StretchState;
  /** Whole minutes so far, or measured; null where nothing runs. */
  minutes: number | null;
  /** Minutes past the target; negative while some are left. */
  over: number | null;
  mark: Mark;
}

const MARK: Record<StretchState, Mark> = {
  not_started: "waiting",
  not_planned: "unclear",
  possible: "waiting",
  running: "clear",
  overdue: "alarm",
  met: "done",
  missed: "warn",
};

/** A stretch at a moment: what runs goes on running between two answers of the server. */
export function readStretch(line: StretchLine, nowMs: number): StretchReading {
  const { state, minutes, over } = at(line, nowMs);
  return { state, minutes, over, mark: MARK[state] };
}

function at(line: StretchLine, nowMs: number): Omit<StretchReading, "mark"> {
  const runs = line.state === "possible" || line.state === "running" || line.state === "overdue";
  if (!runs || line.from_at === null) {
    const minutes = line.minutes === null ? null : Math.round(line.minutes);
    return {
      state: line.state,
      minutes,
      over: line.minutes === null ? null : line.minutes - line.target,
    };
  }
  const elapsed = Math.max(0, (nowMs - Date.parse(line.from_at)) / MINUTE);
  const state = line.state === "possible" ? "possible" : elapsed > line.target ? "overdue" : "running";
  return { state, minutes: Math.floor(elapsed), over: elapsed - line.target };
}

/** The strictest target that a stretch in time has kept. */
export function strictestKept(line: StretchLine): number | null {
  if (line.state !== "met" || line.minutes === null) return null;
  const kept = [line.target, ...line.stretch_targets].filter((target) => (line.minutes ?? 0) <= target);
  return Math.min(...kept);
}

/** Where bar and ticks stand, 0 to 1: the target at two thirds, so that a stretch run over still has room. */
export function share(minutes: number, line: StretchLine): number {
  return Math.min(1, Math.max(0, minutes / (line.target * 1.5)));
}
