/**
 * A mask's boundary: its pixels that have a neighbour above, below, left or right that is not of the mask. What lies outside of the
 * image is not of the mask, so a lesion that is cut off by the image's border has a boundary there (as in Metrics Reloaded, Maier-Hein
 * et al. 2024, and in DeepMind's surface-distance).
 */
import type { MaskRuns } from './mask-runs.ts';

export interface Boundary {
  readonly width: number;
  readonly height: number;
  /** [height + 1]: row y has the pixels rows[y] … rows[y + 1] − 1. */
  readonly rows: Int32Array;
  /** Column of each, in order. */
  readonly columns: Int32Array;
}

export function boundaryOf(mask: MaskRuns): Boundary {
  const { width, height, rows: runRows, from, to } = mask;
  const rows = new Int32Array(height + 1);
  const columns: number[] = [];
  for (let y = 0; y < height; y++) {
    // Columns that are of the mask both above and below lie open to none but their sides.
    const covered = y > 0 && y < height - 1 ? common(mask, y - 1, y + 1) : [];
    let next = 0;
    for (let run = runRows[y]!; run < runRows[y + 1]!; run++) {
      const [first, last] = [from[run]!, to[run]! - 1];
      let x = first;
      columns.push(x++);
      while (x < last) {
        // The covered stretch that ends behind x.
        while (next < covered.length && covered[next + 1]! <= x) next += 2;
        const begin = covered[next] ?? last;
        if (begin <= x) x = Math.min(covered[next + 1]!, last);
        else for (const end = Math.min(begin, last); x < end; x++) columns.push(x);
      }
      if (last > first) columns.push(last);
    }
    rows[y + 1] = columns.length;
  }
  return { width, height, rows, columns: Int32Array.from(columns) };
}

/** Stretches [from, to, from, to, …) that two rows have in common. */
function common({ rows, from, to }: MaskRuns, one: number, other: number): number[] {
  const stretches: number[] = [];
  let [a, b] = [rows[one]!, rows[other]!];
  while (a < rows[one + 1]! && b < rows[other + 1]!) {
    const begin = Math.max(from[a]!, from[b]!);
    const end = Math.min(to[a]!, to[b]!);
    if (begin < end) stretches.push(begin, end);
    if (to[a]! < to[b]!) a++;
    else b++;
  }
  return stretches;
}

/**
 * Of each boundary pixel of `one`, the Euclidean distance in pixels, centre to centre, to the nearest boundary pixel of `other`: exact.
 * Infinity where `other` is empty. Rows are looked through outwards until they are farther away than the nearest pixel so far, so that
 * the work grows with the boundaries' length and how far they are apart, not with the image's area.
 */
export function distancesTo(one: Boundary, other: Boundary): Float64Array {
  const { rows, columns, height } = other;
  const found = new Float64Array(one.columns.length);
  for (let y = 0; y < one.height; y++)
    for (let i = one.rows[y]!; i < one.rows[y + 1]!; i++) {
      const x = one.columns[i]!;
      let best = Number.POSITIVE_INFINITY;
      for (let away = 0; away * away < best && away < height; away++) {
        if (y - away >= 0) best = nearest(columns, rows[y - away]!, rows[y - away + 1]!, x, away, best);
        if (away > 0 && y + away < height) best = nearest(columns, rows[y + away]!, rows[y + away + 1]!, x, away, best);
      }
      found[i] = Math.sqrt(best);
    }
  return found;
}

/** The smaller one of `best` and the squared distance to the nearest of the columns begin … end − 1, `away` rows off. */
function nearest(columns: Int32Array, begin: number, end: number, x: number, away: number, best: number): number {
  if (begin === end) return best;
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]! < x) low = middle + 1;
    else high = middle;
  }
  let least = best;
  if (low < end) least = Math.min(least, away * away + (columns[low]! - x) ** 2);
  if (low > begin) least = Math.min(least, away * away + (columns[low - 1]! - x) ** 2);
  return least;
}
