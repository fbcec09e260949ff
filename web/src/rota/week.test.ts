import { describe, expect, it } from "vitest";
import type { Pool } from "./types";
import { daysOf, rows, slug, weekAway } from "./week";

const person = { user_id: "u", display_name: "Dr A", role: null };

function pool(segments: Pool["segments"], from: string, to: string): Pool {
  const rest = { id: "p", name: "P", specialty: "neurologist" as const, sites: [], zone: "Europe/Paris" };
  return { ...rest, version: 1, from, to, segments, shifts: [], exceptions: [] };
}

describe("a week on its axis", () => {
  it("has one row a level and bars that fill it, an hour less in spring", () => {
    const [from, middle, to] = ["2026-03-22T23:00:00Z", "2026-03-28T19:00:00Z", "2026-03-29T22:00:00Z"];
    const held = { level: 1, from, to: middle, people: [person], gap: null };
    const gap = { level: 1, from: middle, to, people: [], gap: { fr: "trou", en: "gap" } };
    const second = { level: 2, from, to, people: [person], gap: null };
    const found = rows(pool([second, held, gap], from, to));
    expect(found.map((row) => row.level)).toEqual([1, 2]);
    expect(found[0]?.bars.reduce((sum, bar) => sum + bar.length, 0)).toBeCloseTo(1);
    expect(found[0]?.bars[1]?.start).toBeCloseTo(140 / 167);
  });

  it("moves by weeks across the change of year", () => {
    expect(weekAway("2026-12-28", 1)).toBe("2027-01-04");
    expect(weekAway("2027-01-04", -1)).toBe("2026-12-28");
    expect(daysOf("2026-12-28")[6]).toBe("2027-01-03");
  });

  it("names a pool", () => {
    expect(slug("  Nuits d'été — CHU ")).toBe("nuits-d-ete-chu");
    expect(slug("…")).toBe("");
  });
});
