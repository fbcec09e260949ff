import { describe, expect, it } from "vitest";
import type { IndicatorCell, Indicators } from "../shared/api/types";
import { axisEnd, cellOf, run, stretches } from "./series";

const none = { part: 0, whole: 0, share: null };

function cell(
  site: string | null,
  month: string | null,
  median: number | null,
  whole: number,
): IndicatorCell {
  return {
    site,
    month,
    cases: whole,
    within_target: none,
    within_limit: none,
    intervals: [
      {
        code: "door_to_needle",
        label: { fr: "", en: "" },
        target: 60,
        met: { part: 0, whole, share: null },
        median,
        p90: median === null ? null : median + 20,
      },
    ],
    accuracy: [],
    transports: { decisions: 0, flights: 0, avoided_moving: 0, avoided_staying: 0, euros_saved: 0 },
    escalated: none,
  };
}

const OF: Indicators = {
  generated_at: "2026-11-24T10:00:00Z",
  months: ["2026-08", "2026-09", "2026-10", "2026-11"],
  sites: [{ id: "valmont", name: "Valmont" }],
  fewest: 5,
  cells: [
    cell("valmont", "2026-08", 62, 6),
    cell("valmont", "2026-09", null, 3),
    cell("valmont", "2026-11", 48, 7),
    cell("valmont", null, 55, 16),
  ],
};

describe("a run chart", () => {
  const points = run(OF, "valmont", "door_to_needle");

  it("has every month, with its number of cases", () => {
    expect(points.map((point) => [point.month, point.cases, point.median])).toEqual([
      ["2026-08", 6, 62],
      ["2026-09", 3, null],
      ["2026-10", 0, null],
      ["2026-11", 7, 48],
    ]);
  });

  it("is broken where too few cases were measured", () => {
    expect(stretches(points)).toEqual([[{ at: 0, median: 62 }], [{ at: 3, median: 48 }]]);
  });

  it("has room for the target and the worst month", () => {
    expect(axisEnd(points, 60)).toBe(90);
    expect(axisEnd([], 20)).toBe(30);
  });

  it("finds the totals, and nothing where no case is", () => {
    expect(cellOf(OF, "valmont", null)?.cases).toBe(16);
    expect(cellOf(OF, null, null)).toBeNull();
  });
});
