import { describe, expect, it } from "vitest";
import type { Score } from "../../shared/api/score-types";
import { measures } from "./scored";

function score(scale: Score["scale"], at: string, more: Partial<Score>): Score {
  return {
    id: `${scale} ${at}`,
    scale,
    way: "bedside",
    at,
    by: null,
    text: { fr: "", en: "" },
    total: null,
    answers: {},
    weighed: {},
    dose: null,
    blocked_by: null,
    ...more,
  };
}

const total = (points: number | null, at_least = false) => ({ total: { points, at_least, max: 42 } });

describe("measures", () => {
  it("offers the last examination's total", () => {
    const found = measures([
      score("glasgow", "2026-11-24T08:20:00Z", total(12)),
      score("glasgow", "2026-11-24T08:05:00Z", total(14)),
      score("nihss", "2026-11-24T08:10:00Z", total(17)),
    ]);
    expect([found.glasgow?.value, found.nihss?.value]).toEqual([12, 17]);
  });

  it("does not offer a floor, nor an earlier total in its place", () => {
    const found = measures([
      score("nihss", "2026-11-24T08:05:00Z", total(17)),
      score("nihss", "2026-11-24T08:20:00Z", total(15, true)),
      score("glasgow", "2026-11-24T08:20:00Z", total(null)),
    ]);
    expect(found).toEqual({});
  });

  it("takes its total and blood in the ventricles from the ICH score, and no band", () => {
    const answers = { glasgow: 1, volume: 1, ventricles: 1, infratentorial: 0, age: 0 };
    const found = measures([score("ich", "2026-11-24T08:20:00Z", { answers, ...total(3) })]);
    expect(Object.keys(found).sort()).toEqual(["ich_score", "ventricles"]);
    expect([found.ich_score?.value, found.ventricles?.value]).toEqual([3, "bloody"]);
  });

  it("offers no ICH total where a part could not be tested, nor an earlier one", () => {
    const found = measures([
      score("ich", "2026-11-24T08:05:00Z", total(3)),
      score("ich", "2026-11-24T08:20:00Z", total(null)),
    ]);
    expect(found.ich_score).toBeUndefined();
  });
});
