import { bin, range } from 'd3-array';

export interface Bin {
  readonly from: number;
  /** Excluded, but for the last bin. */
  readonly to: number;
  readonly count: number;
}

const BINS = 20;

const binned = bin()
  .domain([0, 1])
  .thresholds(range(1, BINS).map(place => place / BINS));

/** Counts of scores in 0..1 in bins of one twentieth. */
export function diceBins(scores: readonly number[]): Bin[] {
  return binned(scores).map(({ x0 = 0, x1 = 1, length }) => ({ from: x0, to: x1, count: length }));
}
