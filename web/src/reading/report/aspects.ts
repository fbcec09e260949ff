import type { Aspects, AspectsRegion, Hemisphere, RegionChange } from "../../shared/api/types";

/** Both levels as they are drawn: the ganglia, then above them (Barber 2000). */
export const LEVELS: readonly (readonly AspectsRegion[])[] = [
  ["caudate", "internal_capsule", "lentiform", "insula", "m1", "m2", "m3"],
  ["m4", "m5", "m6"],
];

export const LETTERS: Record<AspectsRegion, string> = {
  caudate: "C",
  lentiform: "L",
  internal_capsule: "IC",
  insula: "I",
  m1: "M1",
  m2: "M2",
  m3: "M3",
  m4: "M4",
  m5: "M5",
  m6: "M6",
};

export const NONE: Aspects = { left: {}, right: {} };

/** Spared, affected, not assessable, and round again. */
export function turned(change: RegionChange | undefined): RegionChange | undefined {
  if (change === undefined) return "affected";
  return change === "affected" ? "unreadable" : undefined;
}

export function turn(aspects: Aspects, side: "left" | "right", region: AspectsRegion): Aspects {
  const hemisphere = { ...aspects[side] };
  const next = turned(hemisphere[region]);
  if (next === undefined) delete hemisphere[region];
  else hemisphere[region] = next;
  return { ...aspects, [side]: hemisphere };
}

/** "8", or "7–8" where a region could not be judged. */
export function score(side: Hemisphere): string {
  const changes = Object.values(side);
  const low = 10 - changes.length;
  const high = low + changes.filter((change) => change === "unreadable").length;
  return low === high ? String(low) : `${low}–${high}`;
}

type Point = readonly [number, number];

const CENTRE: Point = [100, 116];
const RADII: Point = [84, 104];

/** A piece of the brain's ring at the left of the picture; 0° points outwards, positive backwards. */
function sector(inner: number, from: number, to: number): Point[] {
  const at = (scale: number, degrees: number): Point => {
    const angle = (degrees * Math.PI) / 180;
    return [CENTRE[0] - RADII[0] * scale * Math.cos(angle), CENTRE[1] + RADII[1] * scale * Math.sin(angle)];
  };
  const steps = Array.from({ length: 9 }, (_, n) => from + ((to - from) * n) / 8);
  return [...steps.map((a) => at(1, a)), ...[...steps].reverse().map((a) => at(inner, a))];
}

/** Outlines at the left of the picture, which is the patient's right. */
const OUTLINE: Record<AspectsRegion, readonly Point[]> = {
  caudate: [
    [74, 62],
    [94, 60],
    [96, 84],
    [78, 88],
  ],
  internal_capsule: [
    [73, 92],
    [94, 92],
    [96, 150],
    [82, 152],
    [74, 126],
  ],
  lentiform: [
    [53, 84],
    [69, 88],
    [72, 128],
    [76, 146],
    [56, 142],
  ],
  insula: [
    [37, 80],
    [50, 80],
    [52, 148],
    [39, 148],
  ],
  m1: sector(0.78, -64, -21),
  m2: sector(0.78, -20, 20),
  m3: sector(0.78, 21, 64),
  m4: sector(0.28, -64, -21),
  m5: sector(0.28, -20, 20),
  m6: sector(0.28, 21, 64),
};

/** The outline as it is drawn: the patient's left stands at the right of the picture. */
export function outline(region: AspectsRegion, side: "left" | "right"): Point[] {
  return OUTLINE[region].map(([x, y]) => [side === "right" ? x : 2 * CENTRE[0] - x, y]);
}

/** Where its letters stand. */
export function centre(region: AspectsRegion, side: "left" | "right"): Point {
  const points = outline(region, side);
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}

export const BRAIN = { cx: CENTRE[0], cy: CENTRE[1], rx: RADII[0] + 4, ry: RADII[1] + 4 } as const;
