import { describe, expect, it } from "vitest";
import { momentAround, signed } from "./actual";

const at = (day: number, hours: number, minutes: number) => new Date(2026, 10, day, hours, minutes).getTime();
const iso = (ms: number) => new Date(ms).toISOString();

describe("a time typed afterwards", () => {
  const decided = iso(at(24, 23, 30));
  const later = at(26, 9, 0);

  it("falls after midnight when the decision fell before it", () => {
    expect(momentAround("0:15", decided, later)).toBe(iso(at(25, 0, 15)));
    expect(momentAround("23h40", decided, later)).toBe(iso(at(24, 23, 40)));
  });

  it("may lie before the decision: a needle that was already given", () => {
    expect(momentAround("22:50", decided, later)).toBe(iso(at(24, 22, 50)));
  });

  it("is never ahead, and never guessed", () => {
    expect(momentAround("23:50", decided, at(24, 23, 40))).toBeNull();
    for (const typed of ["", "25:00", "12:60", "midi"])
      expect(momentAround(typed, decided, later)).toBeNull();
  });
});

it("an error carries its sign", () => {
  expect([12.4, -3, 0.2].map(signed)).toEqual(["+12", "−3", "0"]);
});
