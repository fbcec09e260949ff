import type { Plan } from "../shared/api/types";

/** One time axis for all plans: minutes from onset when it is known, else from now. */
export interface Axis {
  /** Minutes from the axis' zero to now. */
  now: number;
  end: number;
  ticks: number[];
}

const STEPS = [15, 30, 60, 120, 240];

export function axisOf(plans: readonly Plan[], onsetMinutesAgo: number | null): Axis {
  const now = Math.max(0, onsetMinutesAgo ?? 0);
  const last = Math.max(
    now + 30,
    ...plans.flatMap((plan) => [
      ...plan.legs.map((leg) => now + leg.end_min),
      ...(onsetMinutesAgo === null ? [] : [plan.needle_at ?? 0, plan.groin_at ?? 0]),
    ]),
  );
  const step = STEPS.find((s) => last / s <= 8) ?? 480;
  const end = Math.ceil(last / step) * step;
  return { now, end, ticks: Array.from({ length: end / step + 1 }, (_, k) => k * step) };
}
