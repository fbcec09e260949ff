import type { MomentKind } from "../shared/api/types";
import { readTime } from "../shared/clock-time";

export const MOMENTS: readonly MomentKind[] = ["needle", "departure", "arrival", "groin"];

const HOUR = 3_600_000;

/**
 * "13:20" as the moment it must have been: within six hours before the decision and eighteen after it. Null where it
 * cannot be read, or lies ahead.
 */
export function momentAround(typed: string, decidedAt: string, nowMs: number): string | null {
  const time = readTime(typed);
  if (!time) return null;
  const earliest = Date.parse(decidedAt) - 6 * HOUR;
  const at = new Date(earliest);
  at.setHours(time.hours, time.minutes, 0, 0);
  if (at.getTime() < earliest) at.setDate(at.getDate() + 1);
  return at.getTime() > nowMs ? null : at.toISOString();
}

/** "+12" took longer, "−3" less; "0" as foreseen. */
export function signed(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole === 0) return "0";
  return whole > 0 ? `+${whole}` : `−${-whole}`;
}
