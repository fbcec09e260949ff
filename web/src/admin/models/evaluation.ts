import type { Estimate } from "../../shared/api/types";

/** What an administrator reads of an evaluation before signing it; the server checks the file whole. */
export interface Evaluation {
  model: string;
  studies: number;
  sensitivity: Estimate | null;
  specificity: Estimate | null;
}

type Loose = Record<string, unknown>;

function inner(of: unknown, key: string): unknown {
  return typeof of === "object" && of !== null ? (of as Loose)[key] : undefined;
}

function estimate(of: unknown): Estimate | null {
  const [value, low, high] = ["value", "low", "high"].map((key) => inner(of, key));
  return typeof value === "number" && typeof low === "number" && typeof high === "number"
    ? { value, low, high }
    : null;
}

/** Of the text of `evaluation.json`; null where it is not one that `vigie models evaluate` wrote. */
export function readEvaluation(text: string): Evaluation | null {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const [model, figures] = [inner(file, "model"), inner(file, "figures")];
  const [name, version, studies] = [inner(model, "name"), inner(model, "version"), inner(figures, "studies")];
  if (typeof name !== "string" || typeof version !== "string" || typeof studies !== "number") return null;
  return {
    model: `${name} ${version}`,
    studies,
    sensitivity: estimate(inner(inner(figures, "sensitivity"), "estimate")),
    specificity: estimate(inner(inner(figures, "specificity"), "estimate")),
  };
}
