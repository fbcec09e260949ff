import { expect, it } from "vitest";
import type { ChecklistQuestion } from "../shared/api/types";
import { parseWeight, stands } from "./review";

const question: ChecklistQuestion = {
  code: "x",
  text: { fr: "", en: "" },
  passes_on: "no",
  may_be_weighed: true,
};

it("takes no answer and an unknown one alike", () => {
  expect(stands(question, null)).toBe("unknown");
  expect(stands(question, "unknown")).toBe("unknown");
  expect(stands(question, "no")).toBe("passes");
  expect(stands(question, "yes")).toBe("against");
});

it("reads a weight as it is typed in either language", () => {
  expect(parseWeight("72,5")).toBe(72.5);
  expect(parseWeight(" 72.5 ")).toBe(72.5);
  expect(parseWeight("")).toBeNull();
  for (const typed of ["7", "301", "-70", "abc"]) expect(parseWeight(typed)).toBe("invalid");
});
