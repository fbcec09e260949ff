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
    <svg class="legs" viewBox={`0 0 ${WIDTH} 46`} preserveAspectRatio="none" role="img" aria-label={told}>
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
              <path key={kind} class={`moment moment-${kind}`} d={`M${x(at)} 46l-7 -12h14z`}>
                <title>{`${label} ${duration(at)}`}</title>
              </path>
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
