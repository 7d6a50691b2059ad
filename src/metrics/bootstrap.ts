/** How sure a mean over images is. */
import { hash, pcg } from '../random/pcg.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * 95 % interval of the mean by the percentile bootstrap (Efron 1979): 1,000 times as many values are drawn with replacement, and the
 * means at 2.5 % and 97.5 % are told. The draws are seeded: the same values give the same interval. Throws RangeError without values.
 */
export function meanInterval(values: readonly number[]): Interval {
  if (values.length === 0) throw new RangeError('no values');
  // A million draws for a thousand images, while a slider moves: one hash each, and nothing else.
  const all = Float64Array.from(values);
  const perHash = all.length / 2 ** 32;
  let counter = hash(all.length, RESAMPLES);
  const means = new Float64Array(RESAMPLES);
  for (let k = 0; k < RESAMPLES; k++) {
    let sum = 0;
    for (let i = 0; i < all.length; i++) {
      sum += all[Math.floor(pcg(counter) * perHash)]!;
      counter = (counter + 1) >>> 0;
    }
    means[k] = sum / all.length;
  }
  means.sort();
  const at = (share: number) => means[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}
