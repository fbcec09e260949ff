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
  /** What the way bends towards: its middle when it is straight. */
  via: [number, number];
  label: [number, number];
}

/** Room for a hospital's mark and the arrow's head. */
const SHORT = 13;
/** From the line to the middle of its number. */
const ASIDE = 13;
/** A way closer than this to a mark would seem to stop there. */
const CLEAR = 20;
/** How far aside a way past a hospital aims: at its middle it is half as far. */
const BEND = 56;

/**
 * Each route as a line, in the plan's order; those that this region has no place for are left out. A way past a
 * hospital where it does not stop goes round it. The number stands on the right of the way: two routes there and back
 * between the same places keep theirs apart.
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
    const others = placed.filter((spot) => spot !== a && spot !== b);
    const isPast = others.some((spot) => {
      const along = (spot.x - a.x) * ux + (spot.y - a.y) * uy;
      const aside = (spot.y - a.y) * ux - (spot.x - a.x) * uy;
      return along > 0 && along < length && Math.abs(aside) < CLEAR;
    });
    const bend = isPast ? BEND : 0;
    const via: [number, number] = [(a.x + b.x) / 2 - uy * bend, (a.y + b.y) / 2 + ux * bend];
    const short = Math.min(SHORT, length / 3);
    const way = { from: shortOf(a, via, short), to: shortOf(b, via, short), via };
    const beside = [0.5, 0.35, 0.65].map((share): [number, number] => {
      const [x, y] = onWay(way, share);
      return [x - uy * ASIDE, y + ux * ASIDE];
    });
    const isFree = ([x, y]: [number, number]) =>
      others.every((spot) => Math.hypot(spot.x - x, spot.y - y) >= CLEAR);
    return [{ route, ...way, label: beside.find(isFree) ?? beside[0] ?? via }];
  });
}

function shortOf(of: { x: number; y: number }, towards: [number, number], by: number): [number, number] {
  const [dx, dy] = [towards[0] - of.x, towards[1] - of.y];
  const length = Math.hypot(dx, dy);
  return [of.x + (dx / length) * by, of.y + (dy / length) * by];
}

/** The point of a way at a share of it: a quadratic curve. */
export function onWay(
  { from, via, to }: Pick<Drawn, "from" | "via" | "to">,
  share: number,
): [number, number] {
  const [a, b, c] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return [a * from[0] + b * via[0] + c * to[0], a * from[1] + b * via[1] + c * to[1]];
}
