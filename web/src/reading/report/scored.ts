import type { Score } from "../../shared/api/score-types";
import type { ItemName, ItemValue } from "../../shared/api/types";

/** A value that someone measured with a scale: offered, and stated only on the reader's word. */
export interface Measured {
  value: ItemValue;
  score: Score;
}

export type Measures = Partial<Record<ItemName, Measured>>;

const TOTALS: readonly (readonly [Score["scale"], ItemName])[] = [
  ["glasgow", "glasgow"],
  ["nihss", "nihss"],
  ["ich", "ich_score"],
];

/**
 * What the last scales say of the report's items. A total with an untestable part is a floor or none at all: it is not
 * offered, and neither is a part of the ICH score that its form only knows as a band: its total is.
 */
export function measures(scores: readonly Score[]): Measures {
  const latest = (scale: Score["scale"]) =>
    scores
      .filter((score) => score.scale === scale)
      .reduce<Score | undefined>((last, score) => (last && last.at > score.at ? last : score), undefined);
  const found: Measures = {};
  for (const [scale, item] of TOTALS) {
    const score = latest(scale);
    const points = score?.total?.points ?? null;
    if (score && points !== null && !score.total?.at_least) found[item] = { value: points, score };
  }
  const ich = latest("ich");
  const blood = ich?.answers.ventricles;
  if (ich && (blood === 0 || blood === 1)) {
    found.ventricles = { value: blood === 1 ? "bloody" : "clear", score: ich };
  }
  return found;
}
