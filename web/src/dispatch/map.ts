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

/** Where a place's name stands: under it, or on its left where a neighbour's name on the right would run into it. */
export function labelSide<T>(of: Placed<T>, all: readonly Placed<T>[]): "below" | "left" {
  const crowded = all.some((o) => o !== of && o.x >= of.x && o.x - of.x < 110 && Math.abs(o.y - of.y) < 34);
  return crowded ? "left" : "below";
}
