import type { Plan } from "../shared/api/types";
import { duration } from "../shared/format";
import { say, useWords } from "../shared/i18n/words";
import type { Axis } from "./axis";
import { dispatchWords } from "./words";

const WIDTH = 1000;

/** One plan's legs on the common axis, with the moments of its treatments. */
export function Legs({ plan, axis, fromOnset }: { plan: Plan; axis: Axis; fromOnset: boolean }) {
  const t = useWords(dispatchWords);
  const x = (minutes: number) => (minutes / axis.end) * WIDTH;
  const told = plan.legs
    .map((leg) => `${say(leg.label)} ${duration(leg.end_min - leg.start_min)}`)
    .join(", ");
  const moments = [
    { at: plan.needle_at, kind: "needle", label: t.needle },
    { at: plan.groin_at, kind: "groin", label: t.groin },
  ] as const;
  return (
    <svg
      class="legs"
      viewBox={`0 0 ${WIDTH} 46`}
      preserveAspectRatio="none"
      role="img"
      aria-label={told || say(plan.label)}
    >
      {axis.ticks.map((tick) => (
        <line key={tick} class="legs-tick" x1={x(tick)} x2={x(tick)} y1="0" y2="46" />
      ))}
      {fromOnset && <line class="legs-now" x1={x(axis.now)} x2={x(axis.now)} y1="0" y2="46" />}
      {plan.legs.map((leg) => (
        <rect
          key={`${leg.start_min} ${leg.kind}`}
          class={`leg leg-${leg.kind}`}
          x={x(axis.now + leg.start_min)}
          y={leg.kind === "treatment" ? 8 : 14}
          width={Math.max(2, x(leg.end_min - leg.start_min) - 1)}
          height={leg.kind === "treatment" ? 24 : 12}
        >
          <title>{`${say(leg.label)}: ${duration(leg.end_min - leg.start_min)}`}</title>
        </rect>
      ))}
      {fromOnset &&
        moments.map(
          ({ at, kind, label }) =>
            at !== null && (
              <line key={kind} class={`moment moment-${kind}`} x1={x(at)} x2={x(at)} y1="2" y2="44">
                <title>{`${label} ${duration(at)}`}</title>
              </line>
            ),
        )}
    </svg>
  );
}

/** The axis itself, in the same scale as the legs above it. */
export function AxisLine({ axis }: { axis: Axis }) {
  return (
    <div class="axis" aria-hidden="true">
      {axis.ticks.map((tick, index) => (
        <span key={tick} class={index === axis.ticks.length - 1 ? "axis-last" : ""}>
          {tick}
        </span>
      ))}
    </div>
  );
}

const KEY = ["wait", "travel", "treatment"] as const;

/** What the bars and the marks mean. */
export function LegsKey({ fromOnset }: { fromOnset: boolean }) {
  const t = useWords(dispatchWords);
  return (
    <ul class="legs-key">
      {KEY.map((kind) => (
        <li key={kind}>
          <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
            <rect
              class={`leg-${kind}`}
              y={kind === "treatment" ? 0 : 2}
              width="18"
              height={kind === "treatment" ? 10 : 6}
            />
          </svg>
          {t.legs[kind]}
        </li>
      ))}
      {fromOnset &&
        (["now", "needle", "groin"] as const).map((kind) => (
          <li key={kind}>
            <svg width="4" height="14" viewBox="0 0 4 14" aria-hidden="true">
              <line
                class={kind === "now" ? "legs-now" : `moment moment-${kind}`}
                x1="2"
                x2="2"
                y1="0"
                y2="14"
              />
            </svg>
            {kind === "now" ? t.now : kind === "needle" ? t.needle : t.groin}
          </li>
        ))}
    </ul>
  );
}
