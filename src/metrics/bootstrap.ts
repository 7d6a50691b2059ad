/** How sure a mean over images is. */
import { randomStream } from '../random/pcg.ts';

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
  const random = randomStream(values.length, RESAMPLES);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.below(values.length)] ?? Number.NaN;
    return sum / values.length;
  }).sort();
  const at = (share: number) => means[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}
