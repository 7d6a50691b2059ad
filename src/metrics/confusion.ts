/**
 * Scores of one image's predicted mask against its ground truth, all from the four counts of the lesion class. Pure
 * functions of counts; masks are 0/1 per pixel, [S,S] in any order as long as it is the same.
 */

export interface Confusion {
  /** Lesion pixels predicted as lesion. */
  readonly truePositive: number;
  /** Skin pixels predicted as lesion. */
  readonly falsePositive: number;
  /** Lesion pixels predicted as skin. */
  readonly falseNegative: number;
  /** Skin pixels predicted as skin. */
  readonly trueNegative: number;
}

/** Counts with the prediction taken as lesion where its probability is above `threshold`. Throws if lengths differ. */
export function confusion(probabilities: ArrayLike<number>, truth: ArrayLike<number>, threshold = 0.5): Confusion {
  if (probabilities.length !== truth.length)
    throw new RangeError(`${probabilities.length} predicted pixels and ${truth.length} true ones`);
  let truePositive = 0;
  let predicted = 0;
  let lesion = 0;
  for (let i = 0; i < truth.length; i++) {
    const positive = (probabilities[i] ?? 0) > threshold;
    const actual = truth[i] !== 0;
    if (positive) predicted++;
    if (actual) lesion++;
    if (positive && actual) truePositive++;
  }
  return {
    truePositive,
    falsePositive: predicted - truePositive,
    falseNegative: lesion - truePositive,
    trueNegative: truth.length - predicted - lesion + truePositive,
  };
}

/** 2|X∩Y| / (|X|+|Y|) (Dice 1945, Sørensen 1948); 1 where both masks are empty. In 0..1. */
export function dice({ truePositive, falsePositive, falseNegative }: Confusion): number {
  const both = 2 * truePositive + falsePositive + falseNegative;
  return both === 0 ? 1 : (2 * truePositive) / both;
}

/** |X∩Y| / |X∪Y| (Jaccard 1912); 1 where both masks are empty. Equals D / (2 − D). In 0..1. */
export function jaccard({ truePositive, falsePositive, falseNegative }: Confusion): number {
  const union = truePositive + falsePositive + falseNegative;
  return union === 0 ? 1 : truePositive / union;
}

/** The ISIC 2018 challenge's score: the Jaccard index, or 0 where it is under 0.65. */
export function thresholdedJaccard(index: number): number {
  return index < 0.65 ? 0 : index;
}

/** Share of the lesion that was found; 1 where there is no lesion. */
export function sensitivity({ truePositive, falseNegative }: Confusion): number {
  const lesion = truePositive + falseNegative;
  return lesion === 0 ? 1 : truePositive / lesion;
}

/** Share of the skin that is not marked as lesion; 1 where there is no skin. */
export function specificity({ trueNegative, falsePositive }: Confusion): number {
  const skin = trueNegative + falsePositive;
  return skin === 0 ? 1 : trueNegative / skin;
}

/** Share of what was predicted that is lesion; where nothing was predicted, 1 if there is no lesion and else 0. */
export function precision({ truePositive, falsePositive, falseNegative }: Confusion): number {
  const predicted = truePositive + falsePositive;
  if (predicted === 0) return falseNegative === 0 ? 1 : 0;
  return truePositive / predicted;
}

/**
 * (|X| − |Y|) / |Y|: by how much of the lesion the predicted area X is too large (above 0) or too small (down to −1). Without a lesion: 0
 * where none was predicted, and else 1.
 */
export function areaError({ truePositive, falsePositive, falseNegative }: Confusion): number {
  const lesion = truePositive + falseNegative;
  if (lesion === 0) return falsePositive === 0 ? 0 : 1;
  return (falsePositive - falseNegative) / lesion;
}

/** Share of correct pixels; 1 for no pixels. */
export function accuracy(counts: Confusion): number {
  const right = counts.truePositive + counts.trueNegative;
  const all = right + counts.falsePositive + counts.falseNegative;
  return all === 0 ? 1 : right / all;
}
