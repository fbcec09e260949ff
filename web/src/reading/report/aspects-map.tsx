import { useId, useRef } from "preact/hooks";
import type { Aspects, AspectsRegion } from "../../shared/api/types";
import { useWords } from "../../shared/i18n/words";
import { BRAIN, centre, LETTERS, LEVELS, NONE, outline, score, turn } from "./aspects";
import { reportWords } from "./words";

const SIDES = ["right", "left"] as const;

/**
 * The two levels of ASPECTS, as the images show them: the patient's right at the left. A press turns a region from
 * spared to affected to not assessable; arrows go from one to the next. Hatching and marks say it without colour.
 */
export function AspectsMap({ value, onChange }: { value: Aspects; onChange: (next: Aspects) => void }) {
  const t = useWords(reportWords);
  const hatch = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    // The reader's keys for slices must not answer too.
    event.stopPropagation();
    const all = [...(group.current?.querySelectorAll<SVGElement>("[data-region]") ?? [])];
    const next = all[all.indexOf(document.activeElement as unknown as SVGElement) + by];
    next?.focus();
  };
  return (
    <fieldset class="aspects" aria-label={t.aspects_map} ref={group} onKeyDown={move}>
      <div class="aspects-levels">
        {LEVELS.map((regions, level) => (
          <svg key={regions[0]} viewBox="0 0 200 232" class="aspects-level">
            <title>{level === 0 ? t.level_ganglia : t.level_above}</title>
            <defs>
              <pattern
                id={`${hatch}${level}`}
                width="6"
                height="6"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width="6" height="6" class="aspects-hatch" />
                <line x1="0" y1="0" x2="0" y2="6" class="aspects-hatch-line" />
              </pattern>
            </defs>
            <ellipse {...BRAIN} class="aspects-brain" />
            <line x1="100" y1="12" x2="100" y2="220" class="aspects-midline" />
            {SIDES.flatMap((side) =>
              regions.map((region) => (
                <Region
                  key={`${side} ${region}`}
                  region={region}
                  side={side}
                  value={value}
                  hatch={`url(#${hatch}${level})`}
                  onTurn={() => onChange(turn(value, side, region))}
                />
              )),
            )}
            <text x="8" y="14" class="aspects-side">
              {t.side_short.right}
            </text>
            <text x="192" y="14" class="aspects-side" text-anchor="end">
              {t.side_short.left}
            </text>
          </svg>
        ))}
      </div>
      <p class="aspects-score" aria-live="polite">
        {t.aspects_score(score(value.right), score(value.left))}
      </p>
      <div class="form-buttons">
        <button type="button" class="button button-small" onClick={() => onChange(NONE)}>
          {t.aspects_none}
        </button>
      </div>
    </fieldset>
  );
}

interface RegionProps {
  region: AspectsRegion;
  side: "left" | "right";
  value: Aspects;
  hatch: string;
  onTurn: () => void;
}

function Region({ region, side, value, hatch, onTurn }: RegionProps) {
  const t = useWords(reportWords);
  const change = value[side][region];
  const [x, y] = centre(region, side);
  const points = outline(region, side)
    .map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`)
    .join(" ");
  const first = side === "right" && region === LEVELS[0]?.[0];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a shape of a drawing cannot be a button element
    <g
      role="button"
      data-region={`${side} ${region}`}
      class={`aspects-region aspects-${change ?? "spared"}`}
      tabIndex={first || change ? 0 : -1}
      aria-label={t.region_says(t.region[region], t.side[side], t.change[change ?? "spared"])}
      onClick={onTurn}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        onTurn();
      }}
    >
      <polygon points={points} fill={change === "affected" ? hatch : undefined} />
      <text x={x} y={y + 4} text-anchor="middle">
        {change === "unreadable" ? "?" : LETTERS[region]}
      </text>
    </g>
  );
}
