import type { ScaleAnswer, ScaleForm } from "../shared/api/types";

/** A form being filled in, one item at a time; past the last item stands the review. */
export interface Sheet {
  answers: Readonly<Record<string, ScaleAnswer>>;
  at: number;
}

export const EMPTY_SHEET: Sheet = { answers: {}, at: 0 };

export function isWhole(form: ScaleForm, answers: Sheet["answers"]): boolean {
  return form.items.every((item) => answers[item.code] !== undefined);
}

/** Whether the item of the moment allows this answer. */
export function allows(form: ScaleForm, sheet: Sheet, answer: ScaleAnswer): boolean {
  const item = form.items[sheet.at];
  if (!item) return false;
  return answer === "untestable"
    ? item.untestable !== null
    : item.levels.some((level) => level.points === answer);
}

/** Answers the item of the moment and goes on to the next one open: once all are answered, to the review. */
export function answer(form: ScaleForm, sheet: Sheet, given: ScaleAnswer): Sheet {
  const item = form.items[sheet.at];
  if (!item || !allows(form, sheet, given)) return sheet;
  const answers = { ...sheet.answers, [item.code]: given };
  if (isWhole(form, answers)) return { answers, at: form.items.length };
  const open = form.items.map((other) => answers[other.code] === undefined);
  const after = open.findIndex((isOpen, at) => isOpen && at > sheet.at);
  return { answers, at: after >= 0 ? after : open.indexOf(true) };
}

export function goTo(form: ScaleForm, sheet: Sheet, at: number): Sheet {
  return { ...sheet, at: Math.max(0, Math.min(form.items.length, at)) };
}

/** One step on, never past an item without an answer. */
export function forward(form: ScaleForm, sheet: Sheet): Sheet {
  const item = form.items[sheet.at];
  return item && sheet.answers[item.code] !== undefined ? goTo(form, sheet, sheet.at + 1) : sheet;
}

/** What the answers sum to so far: null once an untestable item leaves no total. */
export function total(
  form: ScaleForm,
  answers: Sheet["answers"],
): { points: number | null; atLeast: boolean } {
  const given = form.items.map((item) => answers[item.code]);
  const untestable = given.includes("untestable");
  if (untestable && form.untested === "no_total") return { points: null, atLeast: false };
  const points = given.reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
  return { points, atLeast: untestable };
}

/** What a key means on the item of the moment: a digit its points, u untestable, arrows a step. */
export function key(form: ScaleForm, sheet: Sheet, pressed: string): Sheet | null {
  if (/^\d$/.test(pressed)) {
    return allows(form, sheet, Number(pressed)) ? answer(form, sheet, Number(pressed)) : null;
  }
  if (pressed === "u") return allows(form, sheet, "untestable") ? answer(form, sheet, "untestable") : null;
  if (pressed === "ArrowLeft" || pressed === "Backspace") return goTo(form, sheet, sheet.at - 1);
  if (pressed === "ArrowRight") return forward(form, sheet);
  return null;
}
