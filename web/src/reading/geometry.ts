export type Point = readonly [number, number];

/** The affine map from an image's pixels (column, row; 0,0 the centre of the first) to the screen, as SVG writes it. */
export interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

/** The map that sends pixel 0,0 to `origin`, 1,0 to `right` and 0,1 to `down`. */
export function fromCorners(origin: Point, right: Point, down: Point): Matrix {
  return {
    a: right[0] - origin[0],
    b: right[1] - origin[1],
    c: down[0] - origin[0],
    d: down[1] - origin[1],
    e: origin[0],
    f: origin[1],
  };
}

export function toScreen(m: Matrix, [col, row]: Point): Point {
  return [m.a * col + m.c * row + m.e, m.b * col + m.d * row + m.f];
}

/** The pixel under a place on the screen; null when the image has no extent there. */
export function toPixel(m: Matrix, [x, y]: Point): Point | null {
  const det = m.a * m.d - m.b * m.c;
  if (det === 0) return null;
  const [dx, dy] = [x - m.e, y - m.f];
  return [(m.d * dx - m.c * dy) / det, (m.a * dy - m.b * dx) / det];
}

export function svgMatrix(m: Matrix): string {
  return `matrix(${m.a} ${m.b} ${m.c} ${m.d} ${m.e} ${m.f})`;
}

/** A contour as an SVG path, closed. */
export function contourPath(contour: readonly Point[]): string {
  return contour.length < 2 ? "" : `M${contour.map(([x, y]) => `${x} ${y}`).join("L")}Z`;
}

/** Millimetres between two pixels. Spacing is [between columns, between rows]. */
export function lengthMm(from: Point, to: Point, spacing: Point): number {
  return Math.hypot((to[0] - from[0]) * spacing[0], (to[1] - from[1]) * spacing[1]);
}
