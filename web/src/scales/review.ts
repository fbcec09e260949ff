import type { ChecklistAnswer, ChecklistQuestion } from "../shared/api/types";

/** How an answer stands to its question: only one answer passes, and no answer is unknown. */
export function stands(
  question: ChecklistQuestion,
  answer: ChecklistAnswer | null,
): "passes" | "against" | "unknown" {
  if (answer === null || answer === "unknown") return "unknown";
  return answer === question.passes_on ? "passes" : "against";
}

/** "72", "72,5" → kilograms; nothing typed is null, for the server to call unknown. */
export function parseWeight(typed: string): number | null | "invalid" {
  if (typed.trim() === "") return null;
  const value = Number(typed.trim().replace(",", "."));
  return Number.isFinite(value) && value >= 30 && value <= 300 ? value : "invalid";
}
