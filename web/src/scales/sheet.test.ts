import { describe, expect, it } from "vitest";
import type { ScaleForm, ScaleItem } from "../shared/api/types";
import { allows, answer, EMPTY_SHEET, forward, goTo, isWhole, key, type Sheet, total } from "./sheet";

const text = { fr: "x", en: "x" };

function item(code: string, most: number, untestable = false): ScaleItem {
  const levels = Array.from({ length: most + 1 }, (_, points) => ({ points, text }));
  return { code, label: text, levels, untestable: untestable ? text : null };
}

function form(items: ScaleItem[], untested: ScaleForm["untested"] = "adds_nothing"): ScaleForm {
  return { scale: "nihss", name: "X", purpose: text, items, untested, cut: null, source: "" };
}

const FORM = form([item("eyes", 2), item("arm", 4, true), item("speech", 3)]);

describe("a form filled in one item at a time", () => {
  it("goes on by itself, and ends at the review", () => {
    let sheet: Sheet = EMPTY_SHEET;
    for (const points of [1, 4, 2]) sheet = answer(FORM, sheet, points);
    expect(sheet.at).toBe(3);
    expect(total(FORM, sheet.answers)).toEqual({ points: 7, atLeast: false });
    expect(isWhole(FORM, sheet.answers)).toBe(true);
  });

  it("returns to the review after a correction", () => {
    const whole: Sheet = { answers: { eyes: 1, arm: 0, speech: 0 }, at: 3 };
    const back = goTo(FORM, whole, 0);
    expect(answer(FORM, back, 2)).toEqual({ answers: { eyes: 2, arm: 0, speech: 0 }, at: 3 });
  });

  it("finds the item that was left out", () => {
    const gap: Sheet = { answers: { arm: 1 }, at: 2 };
    expect(answer(FORM, gap, 0).at).toBe(0);
  });

  it("takes no answer that the item does not have, and no step past an open item", () => {
    expect(answer(FORM, EMPTY_SHEET, 3)).toBe(EMPTY_SHEET);
    expect(allows(FORM, EMPTY_SHEET, "untestable")).toBe(false);
    expect(forward(FORM, EMPTY_SHEET)).toBe(EMPTY_SHEET);
  });

  it("calls a total with an untestable item a floor, or none where the scale has none", () => {
    const answers = { eyes: 1, arm: "untestable", speech: 2 } as const;
    expect(total(FORM, answers)).toEqual({ points: 3, atLeast: true });
    expect(total(form([...FORM.items], "no_total"), answers)).toEqual({ points: null, atLeast: false });
  });

  it("is filled in from the keyboard alone", () => {
    let sheet: Sheet = EMPTY_SHEET;
    for (const pressed of ["2", "u", "ArrowLeft", "ArrowRight", "1"]) {
      sheet = key(FORM, sheet, pressed) ?? sheet;
    }
    expect(sheet).toEqual({ answers: { eyes: 2, arm: "untestable", speech: 1 }, at: 3 });
    expect(key(FORM, EMPTY_SHEET, "9")).toBeNull();
    expect(key(FORM, EMPTY_SHEET, "x")).toBeNull();
  });
});
