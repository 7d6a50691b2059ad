/**
 * One image's pixels counted by predicted probability, apart for lesion and skin: from these few numbers the scores at any of the
 * thresholds 0.01, 0.02 … 0.99 follow exactly, without the image.
 */
import {
  accuracy,
  areaError,
  type Confusion,
  dice,
  jaccard,
  precision,
  sensitivity,
  specificity,
} from './confusion.ts';
import type { Scores } from './summary.ts';

/** Thresholds are k / LEVELS, k from 1 to LEVELS − 1. */
export const LEVELS = 100;

/** How many of the thresholds lie below the probability: the pixel is lesion at exactly those. */
function levelOf(probability: number): number {
  // The product is rounded: k / LEVELS itself decides, for `p > threshold` does in confusion().
  let level = Math.min(LEVELS - 1, Math.max(0, Math.floor(probability * LEVELS)));
  if (level > 0 && !(probability > level / LEVELS)) level--;
  else if (level < LEVELS - 1 && probability > (level + 1) / LEVELS) level++;
  return level;
}

/** [2·LEVELS]: skin pixels by level, then lesion pixels by level. None yet. */
export function noLevels(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(2 * LEVELS);
}

/** Counts more pixels of an image: probabilities in 0..1 and truth (0/1). Throws RangeError if their lengths differ. */
export function addLevels(counts: Uint32Array, probabilities: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (probabilities.length !== truth.length)
    throw new RangeError(`${probabilities.length} predicted pixels and ${truth.length} true ones`);
  for (let i = 0; i < truth.length; i++) {
    const at = levelOf(probabilities[i] ?? 0) + (truth[i] ? LEVELS : 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
}

/** Of a whole image, both [S,S]. */
export function countLevels(probabilities: ArrayLike<number>, truth: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const counts = noLevels();
  addLevels(counts, probabilities, truth);
  return counts;
}

/** Images' counts one after another, [images, 2·LEVELS]: one block to hand over instead of thousands. */
export function joinLevels(images: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const joined = new Uint32Array(images.length * 2 * LEVELS);
  images.forEach((counts, image) => {
    joined.set(counts, image * 2 * LEVELS);
  });
  return joined;
}

/** Those of one image, by its index among the joined. Throws RangeError where there is none. */
export function levelsOf(joined: Uint32Array, image: number): Uint32Array {
  const counts = joined.subarray(image * 2 * LEVELS, (image + 1) * 2 * LEVELS);
  if (counts.length !== 2 * LEVELS) throw new RangeError(`no counts of image ${image}`);
  return counts;
}

/** The four counts with the threshold `level` / LEVELS, `level` from 1 to LEVELS − 1. */
export function confusionAt(counts: Uint32Array, level: number): Confusion {
  if (!Number.isInteger(level) || level < 1 || level >= LEVELS) throw new RangeError(`${level} is no level`);
  const sum = (from: number, to: number) => counts.subarray(from, to).reduce((total, count) => total + count, 0);
  return {
    trueNegative: sum(0, level),
    falsePositive: sum(level, LEVELS),
    falseNegative: sum(LEVELS, LEVELS + level),
    truePositive: sum(LEVELS + level, 2 * LEVELS),
  };
}

/** All that follows from the counts alone. */
export function scoresOf(counts: Confusion): Scores & { readonly precision: number; readonly areaError: number } {
  return {
    dice: dice(counts),
    jaccard: jaccard(counts),
    sensitivity: sensitivity(counts),
    specificity: specificity(counts),
    accuracy: accuracy(counts),
    precision: precision(counts),
    areaError: areaError(counts),
  };
}

/** Mean Dice at each threshold: index k − 1 holds that of k / LEVELS. Throws RangeError where there are no images. */
export function meanDiceByLevel(images: readonly Uint32Array[]): number[] {
  if (images.length === 0) throw new RangeError('no images');
  return Array.from({ length: LEVELS - 1 }, (_, i) => {
    const sum = images.reduce((total, counts) => total + dice(confusionAt(counts, i + 1)), 0);
    return sum / images.length;
  });
}

/**
 * Standard error of each threshold's gain in mean Dice over that of one half, the images compared pair by pair; null for a single image. In the
 * order of meanDiceByLevel.
 */
export function gainErrorsByLevel(images: readonly Uint32Array[]): number[] | null {
  const n = images.length;
  if (n < 2) return null;
  const atHalf = images.map(counts => dice(confusionAt(counts, LEVELS / 2)));
  return Array.from({ length: LEVELS - 1 }, (_, i) => {
    const gains = images.map((counts, image) => dice(confusionAt(counts, i + 1)) - atHalf[image]!);
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / n;
    const spread = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
    return Math.sqrt(spread / (n - 1) / n);
  });
}

/** The best level where it gains more over one half than the standard error of that, else one half. */
export function recommendedLevel(meanDice: readonly number[], gainErrors: readonly number[] | null): number {
  const half = LEVELS / 2;
  const best = bestLevel(meanDice);
  const gain = (meanDice[best - 1] ?? Number.NaN) - (meanDice[half - 1] ?? Number.NaN);
  return gain > (gainErrors?.[best - 1] ?? Number.POSITIVE_INFINITY) ? best : half;
}

/** The level with the highest mean Dice; of equals the one nearest to one half. */
export function bestLevel(meanDice: readonly number[]): number {
  const half = LEVELS / 2;
  let best = half;
  for (let level = 1; level <= meanDice.length; level++) {
    const gain = (meanDice[level - 1] ?? 0) - (meanDice[best - 1] ?? 0);
    if (gain > 0 || (gain === 0 && Math.abs(level - half) < Math.abs(best - half))) best = level;
  }
  return best;
}
