import "./map.css";
import type { Plan, Region } from "../shared/api/types";
import { duration } from "../shared/format";
import { say, useWords } from "../shared/i18n/words";
import { draw, labelSide, place } from "./map";
import { dispatchWords } from "./words";

const SIZE = 300;

/** The region as dots and the chosen plan's routes, numbered: enough to see where, without a tile from outside. */
export function RegionMap({ region, here, plan }: { region: Region; here: string; plan: Plan | null }) {
  const t = useWords(dispatchWords);
  const placed = place(region.sites, SIZE, 50);
  const routes = draw(plan?.routes ?? [], placed);
  const name = (id: string) => region.sites.find((site) => site.id === id)?.short_name ?? id;
  return (
    <section class="card">
      <h2>{t.map}</h2>
      <svg class="map" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={t.map}>
        <defs>
          <marker
            id="way-head"
            viewBox="0 0 8 8"
            refX="6"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="12"
            markerHeight="12"
            orient="auto"
          >
            <path class="way-head" d="M0 0l8 4-8 4z" />
          </marker>
        </defs>
        {routes.map(({ route, from, to }) => (
          <line
            key={`${route.from} ${route.to} ${route.aboard}`}
            class={`way way-${route.by}`}
            x1={from[0]}
            y1={from[1]}
            x2={to[0]}
            y2={to[1]}
            marker-end="url(#way-head)"
          />
        ))}
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
        {routes.map(({ route, label: [x, y] }, index) => (
          <g key={`${route.from} ${route.to} ${route.aboard}`} class="way-number">
            <circle cx={x} cy={y} r="9" />
            <text x={x} y={y + 4} text-anchor="middle">
              {index + 1}
            </text>
          </g>
        ))}
      </svg>
      <p class="quiet map-key">
        ◆ {t.thrombolysis_site} · ■ {t.thrombectomy_site} · <strong>H</strong> {t.base}
      </p>
      <div class="map-way" aria-live="polite">
        {plan && <p>{say(plan.label)}</p>}
        {plan && routes.length === 0 && <p class="quiet">{t.no_way}</p>}
        <ol>
          {routes.map(({ route }) => (
            <li key={`${route.from} ${route.to} ${route.aboard}`}>
              {name(route.from)} → {name(route.to)}
              <span class="quiet">
                {" "}
                {t.by_of[route.by]}
                {route.aboard === "team" && ` (${t.team_aboard})`}, {duration(route.minutes)}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
