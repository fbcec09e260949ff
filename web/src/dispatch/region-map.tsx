import "./map.css";
import type { Plan, Region } from "../shared/api/types";
import { duration } from "../shared/format";
import { say, useWords } from "../shared/i18n/words";
import { draw, place } from "./map";
import { LINE, names } from "./map-names";
import { dispatchWords } from "./words";

const SIZE = 300;

interface RegionMapProps {
  region: Region;
  /** The site where the patient is. */
  here: string;
  /** All that are compared. */
  plans: readonly Plan[];
  /** The one whose ways are drawn. */
  plan: Plan | null;
}

/** The region as dots and the chosen plan's routes, numbered: enough to see where, without a tile from outside. */
export function RegionMap({ region, here, plans, plan }: RegionMapProps) {
  const t = useWords(dispatchWords);
  const placed = place(region.sites, SIZE, 50);
  const routes = draw(plan?.routes ?? [], placed);
  const every = draw(
    plans.flatMap((one) => one.routes),
    placed,
  );
  const named = names(
    placed,
    (site) => (site.id === here ? [site.short_name, t.here] : [site.short_name]),
    every,
    SIZE,
  );
  const isBase = (id: string) => region.aircraft.some((aircraft) => aircraft.base === id);
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
        {routes.map(({ route, from, via, to }) => (
          <path
            key={`${route.from} ${route.to} ${route.aboard}`}
            class={`way way-${route.by}`}
            d={`M${from}Q${via} ${to}`}
            marker-end="url(#way-head)"
          />
        ))}
        {named.map(({ spot: { site, x, y }, lines, anchor, ...text }) => (
          <g key={site.id} class={site.id === here ? "site site-here" : "site"}>
            {site.thrombectomy ? (
              <rect x={x - 9} y={y - 9} width="18" height="18" />
            ) : site.thrombolysis ? (
              <path d={`M${x} ${y - 11}l11 11-11 11-11-11z`} />
            ) : (
              <circle cx={x} cy={y} r="8" />
            )}
            {isBase(site.id) && (
              <text class="site-base" x={x} y={y + 4} text-anchor="middle">
                H
              </text>
            )}
            <text text-anchor={anchor}>
              {lines.map((line, place) => (
                <tspan
                  key={line}
                  class={place > 0 ? "site-note" : undefined}
                  x={text.x}
                  y={text.y + place * LINE}
                >
                  {line}
                </tspan>
              ))}
            </text>
          </g>
        ))}
        {routes.map(({ route, label: [x, y] }, index) => (
          <g key={`${route.from} ${route.to} ${route.aboard}`} class="way-number">
            <circle cx={x} cy={y} r="9" />
            <text x={x} y={y + 4} text-anchor="middle">
              {index + 1}
            </text>
          </g>
        ))}
      </svg>
      <ul class="quiet map-key">
        <li>◆ {t.thrombolysis_site}</li>
        <li>■ {t.thrombectomy_site}</li>
        <li>
          <strong>H</strong> {t.base}
        </li>
      </ul>
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
