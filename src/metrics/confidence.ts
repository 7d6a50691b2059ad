/**
 * How good a mask without truth is likely to be. The Soft Dice Confidence (Borges et al. 2024) is the Dice that the probabilities
 * themselves expect of the mask; it ranks images well and promises too much, so validation images with truth turn it into a predicted Dice.
 */

/**
 * 2Σp·x / (Σp + Σx), x being 1 where the probability p is above the threshold. 0 for an empty mask, whatever the probabilities: where
 * nothing was found, nothing is known of what was missed. In 0..1.
 */
export function softDiceConfidence(probabilities: ArrayLike<number>, threshold: number): number {
  let common = 0;
  let all = 0;
  let marked = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    all += p;
    if (p > threshold) {
      common += p;
      marked++;
    }
  }
  return marked === 0 ? 0 : (2 * common) / (all + marked);
}

/** A confidence and the Dice that came of it. */
export interface Judged {
  readonly confidence: number;
  readonly dice: number;
}

/** What validation images say of a confidence. */
export interface DiceFit {
  /** Predicted Dice = slope · confidence + intercept, cut to 0..1. */
  readonly slope: number;
  readonly intercept: number;
  /** From this confidence on a mask is likely good; null where validation shows none. */
  readonly good: number | null;
  /** Below this one it wants to be looked at. */
  readonly look: number;
  /** Over how many images. */
  readonly images: number;
}

/** A mask of this Dice is a good one: the level of `shareBelow08`. */
export const GOOD_DICE = 0.8;
/** Of the images called good by validation, this share was. */
const GOOD_SHARE = 0.95;
/** Of those to be looked at, this share was not. */
const BAD_SHARE = 0.5;
/** Fewer images say nothing. */
const FEWEST = 10;

/**
 * Least squares, with a slope of at least 0 so that the order stays; levels from the images themselves. `good`: as low as it may be with
 * 95 % of the images from there on at a Dice of 0.8 or more. `look`: as high as it may be with half of the images below it under 0.8, and no
 * lower than the least sure of all images, beyond which nothing is known. null for fewer than 10 images.
 */
export function fitPredictedDice(judged: readonly Judged[]): DiceFit | null {
  const images = judged.length;
  if (images < FEWEST) return null;
  const mean = (of: (one: Judged) => number) => judged.reduce((sum, one) => sum + of(one), 0) / images;
  const [meanConfidence, meanDice] = [mean(one => one.confidence), mean(one => one.dice)];
  const spread = mean(one => (one.confidence - meanConfidence) ** 2);
  const together = mean(one => (one.confidence - meanConfidence) * (one.dice - meanDice));
  const slope = spread > 0 ? Math.max(0, together / spread) : 0;
  const surest = judged.toSorted((a, b) => b.confidence - a.confidence);
  const good = reaches(surest, ({ dice }) => dice >= GOOD_DICE, GOOD_SHARE);
  const leastSure = surest.toReversed();
  const bad = reaches(leastSure, ({ dice }) => dice < GOOD_DICE, BAD_SHARE);
  // The next one above those that it is to be below of.
  const above = leastSure.find(({ confidence }) => bad !== null && confidence > bad)?.confidence;
  const look = bad === null ? leastSure[0]!.confidence : (above ?? Number.MAX_VALUE);
  return {
    slope,
    intercept: meanDice - slope * meanConfidence,
    good,
    look: good === null ? look : Math.min(look, good),
    images,
  };
}

/** The confidence of the last image up to which `share` of the images are such; equal confidences go together. null for none. */
function reaches(ordered: readonly Judged[], such: (one: Judged) => boolean, share: number): number | null {
  let count = 0;
  let last: number | null = null;
  ordered.forEach((one, i) => {
    if (such(one)) count++;
    const ends = ordered[i + 1]?.confidence !== one.confidence;
    if (ends && count >= share * (i + 1)) last = one.confidence;
  });
  return last;
}

export function predictedDice({ slope, intercept }: DiceFit, confidence: number): number {
  return Math.min(1, Math.max(0, slope * confidence + intercept));
}

/** 'good': likely good. 'unsure': may be off. 'look': look at this one. */
export type Trust = 'good' | 'unsure' | 'look';

export function trustOf({ good, look }: Pick<DiceFit, 'good' | 'look'>, confidence: number): Trust {
  if (confidence < look) return 'look';
  return good !== null && confidence >= good ? 'good' : 'unsure';
}

/**
 * Risk against coverage: the mean Dice of the surest share of the images, for shares of 5, 10 … 100 %, at least one image each. Throws
 * RangeError without images.
 */
export function riskCoverage(judged: readonly Judged[]): { readonly coverage: number; readonly meanDice: number }[] {
  if (judged.length === 0) throw new RangeError('no images');
  const surest = judged.toSorted((a, b) => b.confidence - a.confidence);
  return Array.from({ length: 20 }, (_, i) => {
    const coverage = (i + 1) / 20;
    const kept = surest.slice(0, Math.max(1, Math.round(coverage * surest.length)));
    return { coverage, meanDice: kept.reduce((sum, { dice }) => sum + dice, 0) / kept.length };
  });
}

/** Spearman's rank correlation of confidence and Dice, equal values at their mean rank; null where one of them does not vary. */
export function rankCorrelation(judged: readonly Judged[]): number | null {
  const x = ranks(judged.map(({ confidence }) => confidence));
  const y = ranks(judged.map(({ dice }) => dice));
  const middle = (judged.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - middle) * (y[i]! - middle);
    xx += (x[i]! - middle) ** 2;
    yy += (y[i]! - middle) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

/**
 * Area under the ROC curve of low confidence as a sign of a Dice under 0.8: the chance that of one such image and one other the former is
 * the less sure, equal ones counting half. null where there is none of either.
 */
export function failureAuroc(judged: readonly Judged[]): number | null {
  const order = ranks(judged.map(({ confidence }) => confidence));
  const bad = judged.flatMap(({ dice }, i) => (dice < GOOD_DICE ? [order[i]!] : []));
  const others = judged.length - bad.length;
  if (bad.length === 0 || others === 0) return null;
  const sum = bad.reduce((total, rank) => total + rank, 0);
  return 1 - (sum - (bad.length * (bad.length - 1)) / 2) / (bad.length * others);
}

/** From 0; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const found = new Array<number>(values.length);
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && values[order[end]!] === values[order[begin]!]) end++;
    for (let i = begin; i < end; i++) found[order[i]!] = (begin + end - 1) / 2;
    begin = end;
  }
  return found;
}
