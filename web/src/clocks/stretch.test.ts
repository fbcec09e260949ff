import { describe, expect, it } from "vitest";
import type { StretchLine } from "../shared/api/types";
import { readStretch, share, strictestKept } from "./stretch";

const START = Date.parse("2026-11-24T10:00:00Z");
const later = (minutes: number) => START + minutes * 60_000;

function line(more: Partial<StretchLine>): StretchLine {
  return {
    code: "door_to_needle",
    label: { fr: "", en: "" },
    from_at: "2026-11-24T10:00:00Z",
    to_at: null,
    target: 60,
    stretch_targets: [45, 30],
    state: "running",
    minutes: 0,
    source: "",
    ...more,
  };
}

describe("a stretch of the clock board", () => {
  it("goes on between two answers of the server, and runs over by itself", () => {
    expect(readStretch(line({}), later(59.5))).toMatchObject({
      state: "running",
      minutes: 59,
      mark: "clear",
    });
    expect(readStretch(line({}), later(61))).toMatchObject({ state: "overdue", minutes: 61, over: 1 });
  });

  it("raises no alarm for what nobody has decided", () => {
    expect(readStretch(line({ state: "possible" }), later(90))).toMatchObject({
      state: "possible",
      minutes: 90,
      mark: "waiting",
    });
  });

  it("stands still once measured", () => {
    const met = line({ state: "met", minutes: 44.6, to_at: "2026-11-24T10:44:36Z" });
    expect(readStretch(met, later(500))).toMatchObject({ state: "met", minutes: 45, mark: "done" });
    expect(strictestKept(met)).toBe(45);
    expect(strictestKept(line({ state: "met", minutes: 29 }))).toBe(30);
    expect(strictestKept(line({ state: "missed", minutes: 61 }))).toBeNull();
    expect(readStretch(line({ state: "missed", minutes: 71 }), later(500))).toMatchObject({ over: 11 });
  });

  it("says nothing of what has not started", () => {
    const none = line({ state: "not_started", from_at: null, minutes: null });
    expect(readStretch(none, later(10))).toMatchObject({ minutes: null, over: null, mark: "waiting" });
  });

  it("draws the target at two thirds", () => {
    expect(share(60, line({}))).toBeCloseTo(2 / 3);
    expect(share(500, line({}))).toBe(1);
  });
});
