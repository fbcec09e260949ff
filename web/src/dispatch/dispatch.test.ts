import { describe, expect, it } from "vitest";
import type { Plan } from "../shared/api/types";
import { axisOf } from "./axis";
import { type Drawn, draw, onWay, type Placed, place } from "./map";
import { names } from "./map-names";

const plan = (end_min: number, groin_at: number | null = null) =>
  ({ legs: [{ start_min: 0, end_min }], needle_at: null, groin_at }) as unknown as Plan;

describe("the common time axis", () => {
  it("starts at onset when it is known, and holds every leg and treatment", () => {
    const axis = axisOf([plan(100), plan(200, 290)], 60);
    expect(axis.now).toBe(60);
    expect(axis.end).toBeGreaterThanOrEqual(290);
    expect(axis.ticks[0]).toBe(0);
    expect(axis.ticks.at(-1)).toBe(axis.end);
  });

  it("starts now when the onset is unknown: a state is not a date", () => {
    expect(axisOf([plan(100, 9999)], null)).toMatchObject({ now: 0, end: 105 });
  });
});

describe("the map", () => {
  const at = (id: string, lat: number, lon: number) => ({ id, position: { lat, lon } });

  it("puts north up and east right, inside its frame", () => {
    const [north, south] = place([at("n", 45, 2), at("s", 44, 3)], 300, 40);
    expect(north && south && north.y < south.y && north.x < south.x).toBe(true);
    for (const spot of [north, south]) expect(spot?.y).toSatisfy((y: number) => y >= 40 && y <= 260);
  });

  it("draws a plan by way of another hospital leg by leg, and the way back beside the way out", () => {
    const spots = place([at("a", 45, 2), at("b", 44.5, 2.5), at("c", 44, 3)], 300, 40);
    const route = (from: string, to: string) =>
      ({ from, to, by: "road", aboard: "patient", minutes: 30 }) as const;
    const [first, second] = draw([route("a", "b"), route("b", "c")], spots);
    expect([first?.route.to, second?.route.from]).toEqual(["b", "b"]);
    const b = spots.find((spot) => spot.site.id === "b");
    for (const end of [first?.to, second?.from])
      expect(Math.hypot((end?.[0] ?? 0) - (b?.x ?? 0), (end?.[1] ?? 0) - (b?.y ?? 0))).toBeCloseTo(13);
    const [out, back] = draw([route("a", "b"), route("b", "a")], spots);
    const apart = Math.hypot(
      (out?.label[0] ?? 0) - (back?.label[0] ?? 0),
      (out?.label[1] ?? 0) - (back?.label[1] ?? 0),
    );
    expect(apart).toBeCloseTo(26);
    expect(draw([route("a", "elsewhere"), route("a", "a")], spots)).toEqual([]);
  });

  it("goes round a hospital where it does not stop, and keeps its number off the mark", () => {
    const spots = place([at("a", 45, 2), at("b", 44.5, 2.5), at("c", 44, 3)], 300, 40);
    const b = spots.find((spot) => spot.site.id === "b");
    const away = ([x, y]: [number, number]) => Math.hypot(x - (b?.x ?? 0), y - (b?.y ?? 0));
    const route = (from: string, to: string) =>
      ({ from, to, by: "air", aboard: "patient", minutes: 30 }) as const;
    const [past] = draw([route("a", "c")], spots);
    const shares = Array.from({ length: 101 }, (_, k) => k / 100);
    expect(past && Math.min(...shares.map((share) => away(onWay(past, share))))).toBeGreaterThan(20);
    expect(past && away(past.label)).toBeGreaterThan(20);
    const [direct] = draw([route("a", "b")], spots);
    const a = spots.find((spot) => spot.site.id === "a");
    expect(direct?.via).toEqual([((a?.x ?? 0) + (b?.x ?? 0)) / 2, ((a?.y ?? 0) + (b?.y ?? 0)) / 2]);
  });

  describe("a place's name", () => {
    const spot = (site: string, x: number, y: number) => ({ site, x, y });
    const way = (from: [number, number], to: [number, number]) =>
      ({
        from,
        to,
        via: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2],
        label: [(from[0] + to[0]) / 2 + 13, (from[1] + to[1]) / 2],
      }) as unknown as Drawn;
    const sides = (spots: Placed<string>[], ways: Drawn[] = []) =>
      names(spots, (site) => [site], ways, 300).map(({ spot: of, x, y }) =>
        x > of.x ? "right" : x < of.x ? "left" : y > of.y ? "below" : "above",
      );

    it("stands below it, and beside it where a way leaves downwards", () => {
      const alone = spot("Valmont", 150, 100);
      expect(sides([alone])).toEqual(["below"]);
      expect(sides([alone], [way([150, 113], [150, 250])])).toEqual(["right"]);
    });

    it("keeps off a neighbour's mark and name, and inside the drawing", () => {
      expect(sides([spot("Valmont", 150, 100), spot("Grand-Lac", 152, 122)])).toEqual(["right", "below"]);
      expect(sides([spot("Valmont", 150, 290)])).toEqual(["right"]);
      expect(sides([spot("Saint-Aubin", 290, 150)])).toEqual(["left"]);
    });
  });
});
