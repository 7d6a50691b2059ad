/** Figures that say how fast and how right a side is. Pure. */
import type { CaseOptions } from './options.ts';

/**
 * Thousand million operations of a training step, a multiply-add counted as two: 33.3 for an image at 256² and 16 filters (the convolutions of
 * the Improved UNet, forward and both gradients), by size² and filters².
 */
export function gflopOf({ size, filters, batch }: CaseOptions): number {
  return 33.3 * (size / 256) ** 2 * (filters / 16) ** 2 * batch;
}

/** Of at least one value; the mean of the middle two where their number is even. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('a median of nothing');
  return (upper + lower) / 2;
}

export interface WorstError {
  /** Most over parameters of max|a − b| / max|b|; infinite where a value is missing or no number. */
  readonly error: number;
  readonly parameter: string;
}

/** `expected` decides which parameters there are; each found value is multiplied by `scale` first. */
export function worstError(
  found: ReadonlyMap<string, ArrayLike<number>>,
  expected: ReadonlyMap<string, ArrayLike<number>>,
  scale = 1,
): WorstError {
  let worst: WorstError = { error: 0, parameter: '' };
  for (const [parameter, b] of expected) {
    const a = found.get(parameter);
    let difference = a?.length === b.length ? 0 : Number.POSITIVE_INFINITY;
    let largest = 0;
    for (let i = 0; i < b.length; i++) {
      const apart = Math.abs((a?.[i] ?? Number.NaN) * scale - (b[i] ?? Number.NaN));
      difference = Math.max(difference, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
      largest = Math.max(largest, Math.abs(b[i] ?? 0));
    }
    const error = difference === 0 ? 0 : difference / largest;
    if (error > worst.error) worst = { error, parameter };
  }
  return worst;
}
