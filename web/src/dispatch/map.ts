import type { Route } from "../shared/api/types";

/** A place on the drawing. */
export interface Placed<T> {
  site: T;
  x: number;
  y: number;
}

/**
 * Sites by latitude and longitude on a square of the given size: equirectangular about their mean latitude, which
 * over one department is within a pixel of any better projection.
 */
export function place<T extends { position: { lat: number; lon: number } }>(
  sites: readonly T[],
  size: number,
  margin: number,
): Placed<T>[] {
  if (sites.length === 0) return [];
  const lat = sites.map((s) => s.position.lat);
  const lon = sites.map((s) => s.position.lon);
  const middle = (v: number[]) => (Math.min(...v) + Math.max(...v)) / 2;
  const squeeze = Math.cos((middle(lat) * Math.PI) / 180);
  const span = Math.max(
    Math.max(...lat) - Math.min(...lat),
    (Math.max(...lon) - Math.min(...lon)) * squeeze,
    0.01,
  );
  const scale = (size - 2 * margin) / span;
  return sites.map((site) => ({
    site,
    x: size / 2 + (site.position.lon - middle(lon)) * squeeze * scale,
    y: size / 2 - (site.position.lat - middle(lat)) * scale,
  }));
}

/** A route between two places, short of both marks, with the place of its number beside it. */
export interface Drawn {
  route: Route;
  from: [number, number];
  to: [number, number];
  label: [number, number];
}

/** Room for a hospital's mark and the arrow's head. */
const SHORT = 13;
/** From the line to the middle of its number. */
const ASIDE = 13;

/**
 * Each route as a line, in the plan's order; those that this region has no place for are left out. The number stands on
 * the right of the way: two routes there and back between the same places keep theirs apart.
 */
export function draw<T extends { id: string }>(
  routes: readonly Route[],
  placed: readonly Placed<T>[],
): Drawn[] {
  const at = (id: string) => placed.find((spot) => spot.site.id === id);
  return routes.flatMap((route) => {
    const [a, b] = [at(route.from), at(route.to)];
    if (!a || !b) return [];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length === 0) return [];
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const short = Math.min(SHORT, length / 3);
    return [
      {
        route,
        from: [a.x + ux * short, a.y + uy * short],
        to: [b.x - ux * short, b.y - uy * short],
        label: [(a.x + b.x) / 2 - uy * ASIDE, (a.y + b.y) / 2 + ux * ASIDE],
      },
    ];
  });
}
