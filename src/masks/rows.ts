/**
 * A row of a mask as runs of lesion: the columns where each begins and where it has ended, in pairs, rising: [2, 5, 9, 10] is the pixels
 * 2, 3, 4 and 9. Runs neither touch nor overlap, and none is empty, so that equal rows have equal numbers. Rows never change: what makes
 * another row makes a new array, and may hand back one that it was given.
 */

export type Row = Int32Array;

export const EMPTY: Row = new Int32Array(0);

/** One run, from `start` to before `end`. */
export function run(start: number, end: number): Row {
  return end > start ? Int32Array.of(start, end) : EMPTY;
}

/** Pixels of lesion. */
export function countOf(row: Row): number {
  let count = 0;
  for (let i = 0; i < row.length; i += 2) count += row[i + 1]! - row[i]!;
  return count;
}

export function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function holds(row: Row, x: number): boolean {
  return runAt(row, x) >= 0;
}

/** Place in the row of the start of the run that has the pixel; -1 where none has. */
export function runAt(row: Row, x: number): number {
  for (let i = 0; i < row.length && row[i]! <= x; i += 2) if (x < row[i + 1]!) return i;
  return -1;
}

/** Runs in any order, which may overlap, as a row within 0 to `width`. `ends` has starts and ends in pairs. */
export function rowOf(ends: readonly number[], width: number): Row {
  const runs: [number, number][] = [];
  for (let i = 0; i < ends.length; i += 2) {
    const start = Math.max(0, ends[i]!);
    const end = Math.min(width, ends[i + 1]!);
    if (end > start) runs.push([start, end]);
  }
  if (runs.length > 1) runs.sort((a, b) => a[0] - b[0]);
  const joined: number[] = [];
  for (const [start, end] of runs) {
    const last = joined.length - 1;
    if (last > 0 && start <= joined[last]!) joined[last] = Math.max(joined[last]!, end);
    else joined.push(start, end);
  }
  return joined.length === 0 ? EMPTY : Int32Array.from(joined);
}

/** Where `keep` says so of what the two rows have: both are walked from one end of a run to the next. */
function combine(a: Row, b: Row, keep: (inA: boolean, inB: boolean) => boolean): Row {
  const ends = new Int32Array(a.length + b.length);
  let [i, j, length] = [0, 0, 0];
  let kept = false;
  while (i < a.length || j < b.length) {
    const x = Math.min(
      i < a.length ? a[i]! : Number.POSITIVE_INFINITY,
      j < b.length ? b[j]! : Number.POSITIVE_INFINITY,
    );
    if (a[i] === x) i++;
    if (b[j] === x) j++;
    // After an odd number of ends one is within a run.
    const now = keep((i & 1) === 1, (j & 1) === 1);
    if (now !== kept) ends[length++] = x;
    kept = now;
  }
  return length === 0 ? EMPTY : ends.slice(0, length);
}

export function union(a: Row, b: Row): Row {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return combine(a, b, (inA, inB) => inA || inB);
}

export function intersection(a: Row, b: Row): Row {
  if (a.length === 0 || b.length === 0) return EMPTY;
  return combine(a, b, (inA, inB) => inA && inB);
}

/** What `a` has and `b` has not. */
export function difference(a: Row, b: Row): Row {
  if (a.length === 0 || b.length === 0) return a;
  return combine(a, b, (inA, inB) => inA && !inB);
}

export function complement(row: Row, width: number): Row {
  return difference(run(0, width), row);
}

/** Each run longer by `by` at both ends, within 0 to `width`; shorter where `by` is below zero. */
export function widened(row: Row, by: number, width: number): Row {
  if (by === 0 || row.length === 0) return row;
  if (by > 0) {
    const ends: number[] = [];
    for (let i = 0; i < row.length; i += 2) ends.push(row[i]! - by, row[i + 1]! + by);
    return rowOf(ends, width);
  }
  // At the border of the image the mask goes on: a lesion that is cut off there does not shrink away from it.
  const ends: number[] = [];
  for (let i = 0; i < row.length; i += 2) {
    const start = row[i]! === 0 ? 0 : row[i]! - by;
    const end = row[i + 1]! === width ? width : row[i + 1]! + by;
    if (end > start) ends.push(start, end);
  }
  return ends.length === 0 ? EMPTY : Int32Array.from(ends);
}
