export interface Bin {
  readonly from: number;
  /** Excluded, but for the last bin. */
  readonly to: number;
  readonly count: number;
}

const BINS = 20;

/** Counts of scores in 0..1 in bins of one twentieth. */
export function diceBins(scores: readonly number[]): Bin[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const score of scores) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(score * BINS)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => ({ from: bin / BINS, to: (bin + 1) / BINS, count }));
}
