import type { Plan, Region } from "../shared/api/types";
import { say, useWords } from "../shared/i18n/words";
import { labelSide, place } from "./map";
import { dispatchWords } from "./words";

const SIZE = 300;

/** The region as dots and the chosen plan's way: enough to see where, without a tile from outside. */
export function RegionMap({ region, here, plan }: { region: Region; here: string; plan: Plan | null }) {
  const t = useWords(dispatchWords);
  const placed = place(region.sites, SIZE, 50);
  const at = (id: string | undefined) => placed.find((p) => p.site.id === id);
  const from = at(plan?.from) ?? at(here);
  const to = at(plan?.destination);
  return (
    <section class="card">
      <h2>{t.map}</h2>
      <svg class="map" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={t.map}>
        {plan && from && to && from !== to && (
          <line class={`way way-${plan.mode}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
        )}
        {placed.map((spot) => {
          const { site, x, y } = spot;
          const side = labelSide(spot, placed);
          return (
            <g key={site.id} class={site.id === here ? "site site-here" : "site"}>
              {site.thrombectomy ? (
                <rect x={x - 8} y={y - 8} width="16" height="16" />
              ) : site.thrombolysis ? (
                <path d={`M${x} ${y - 9}l9 9-9 9-9-9z`} />
              ) : (
                <circle cx={x} cy={y} r="6" />
              )}
              <text
                x={side === "below" ? x : x - 13}
                y={side === "below" ? y + 24 : y + 5}
                text-anchor={side === "below" ? "middle" : "end"}
              >
                {site.short_name}
              </text>
              {region.aircraft.some((aircraft) => aircraft.base === site.id) && (
                <g class="base" transform={`translate(${x + 11} ${y - 21})`}>
                  <rect width="15" height="15" rx="3" />
                  <text x="7.5" y="11.5" text-anchor="middle">
                    H
                  </text>
                </g>
              )}
              {site.id === here && (
                <text class="site-note" x={x} y={y - 14} text-anchor="middle">
                  {t.here}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <p class="quiet map-key">
        ◆ {t.thrombolysis_site} · ■ {t.thrombectomy_site} · <strong>H</strong> {t.base}
      </p>
      <p class="quiet map-key" aria-live="polite">
        {plan && t.way_of(t.way[plan.mode], say(plan.label))}
      </p>
    </section>
  );
}
