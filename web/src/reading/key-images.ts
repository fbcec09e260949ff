import { imageKey } from "../shared/analyses";
import type { Analysis } from "../shared/api/types";

export interface KeyImage {
  /** Names it among the images of its series (`imageKey`). */
  image: string;
  /** From 0, lowest slice first. */
  index: number;
}

/** Slices this close to one already chosen show the same thing. */
const APART = 2;

/**
 * The images to look at first: the analysis' own key image, then where else a raised flag is most probable, none
 * next to another. What raised no flag has only its own.
 */
export function keyImages(analysis: Analysis, most = 3): KeyImage[] {
  const key = analysis.key_instance;
  const chosen: KeyImage[] = key ? [{ image: imageKey(key), index: key.index }] : [];
  if (!analysis.flag) return chosen;
  const ranked = analysis.slices
    .map((slice, index) => ({ image: imageKey(slice), index, probability: slice.probability }))
    .filter((slice) => slice.probability >= (analysis.threshold ?? 1))
    .sort((a, b) => b.probability - a.probability);
  for (const { image, index } of ranked) {
    if (chosen.length >= most) break;
    if (chosen.every((c) => Math.abs(c.index - index) > APART)) chosen.push({ image, index });
  }
  return chosen;
}

/** The one after `here`, around again; the first when `here` is none of them. */
export function nextKeyImage(keys: readonly KeyImage[], here: string | null): KeyImage | null {
  const at = keys.findIndex((key) => key.image === here);
  return keys[(at + 1) % Math.max(1, keys.length)] ?? null;
}
