/**
 * Two models on the same images: how far their means differ, and how sure that is. Drawing images with both their scores is drawing their
 * differences, so the paired bootstrap interval is that of the differences' mean (bootstrap.ts); beside it Wilcoxon's test (signed-rank.ts), which asks
 * of ranks, not of means: where one image decides the mean, the two disagree.
 */
import { ANY, type Interval, meanIntervalsInSlices } from './bootstrap.ts';
import { type SignedRank, signedRank } from './signed-rank.ts';

export interface Paired {
  readonly images: number;
  /** Mean of second − first. */
  readonly difference: number;
  /** 95 %; undefined for a single image, which tells no spread. */
  readonly interval: Interval | undefined;
  readonly ranks: SignedRank;
}

/** Values of the same images, in one order. Halts now and then, as bootstrap.ts does. Throws RangeError without images or with lengths that differ. */
export function* pairedInSlices(
  first: readonly number[],
  second: readonly number[],
  draws?: number,
): Generator<undefined, Paired> {
  if (first.length !== second.length) throw new RangeError('not the same images');
  const values = first.map((value, i) => second[i]! - value);
  const [interval] = yield* meanIntervalsInSlices([{ values, within: ANY }], draws);
  const images = values.length;
  return {
    images,
    difference: values.reduce((sum, value) => sum + value, 0) / images,
    interval: images > 1 ? interval : undefined,
    ranks: signedRank(values),
  };
}

/** What an interval of a difference allows to be said. */
export type Told = 'first' | 'second' | 'neither';

/** Which one has the higher mean, as far as the interval says so: one that holds 0, or touches it, tells none. */
export function higher(interval: Interval | undefined): Told {
  if (!interval) return 'neither';
  return interval.low > 0 ? 'second' : interval.high < 0 ? 'first' : 'neither';
}

/** 97.5 % of Student's t by degrees of freedom, 1 to 9 (Fisher's table). */
const T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

export interface Repeated {
  readonly mean: number;
  /** Standard deviation, of a sample. */
  readonly spread: number;
  /** 95 % of the mean over seeds, by Student's t: a bootstrap of two to six values would know nothing. */
  readonly interval: Interval;
}

/** A score of 0 to 1 again with other seeds; the interval is cut to what its mean can be. Throws RangeError for other than 2 to 10 values. */
export function repeated(values: readonly number[]): Repeated {
  const t = T[values.length - 2];
  if (t === undefined) throw new RangeError('2 to 10 values');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const half = (t * spread) / Math.sqrt(values.length);
  return { mean, spread, interval: { low: Math.max(0, mean - half), high: Math.min(1, mean + half) } };
}
