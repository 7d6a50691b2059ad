/** Scores over a set of images: each is the mean over images, every image counting the same. */
import { thresholdedJaccard } from './confusion.ts';

export interface Scores {
  readonly dice: number;
  readonly jaccard: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly accuracy: number;
}

export interface Summary {
  readonly meanDice: number;
  readonly medianDice: number;
  readonly minDice: number;
  /** Share of images whose Dice is under 0.8. */
  readonly shareBelow08: number;
  readonly meanJaccard: number;
  readonly meanThresholdedJaccard: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly accuracy: number;
}

/** Throws RangeError where there are no images. */
export function summarise(images: readonly Scores[]): Summary {
  if (images.length === 0) throw new RangeError('no images to summarise');
  const mean = (value: (scores: Scores) => number) =>
    images.reduce((sum, image) => sum + value(image), 0) / images.length;
  const ordered = images.map(image => image.dice).sort((a, b) => a - b);
  return {
    meanDice: mean(image => image.dice),
    medianDice: median(ordered),
    minDice: ordered[0] ?? Number.NaN,
    shareBelow08: mean(image => (image.dice < 0.8 ? 1 : 0)),
    meanJaccard: mean(image => image.jaccard),
    meanThresholdedJaccard: mean(image => thresholdedJaccard(image.jaccard)),
    sensitivity: mean(image => image.sensitivity),
    specificity: mean(image => image.specificity),
    accuracy: mean(image => image.accuracy),
  };
}

function median(ordered: readonly number[]): number {
  const middle = ordered.length / 2;
  const upper = ordered[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((ordered[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
