/**
 * Masks made larger, smaller and smoother by discs. What lies beyond the image's border counts as the pixels at it, so that a lesion that
 * the picture cuts off neither shrinks away from the border nor gets round there.
 *
 * Each is a generator that hands over between its rows, so that the page can draw meanwhile; `finished` runs it through.
 */

import { complement, intersection, type Row, union, widened } from './rows.ts';
import type { RunMask } from './run-mask.ts';

/** Hands over after so many rows. */
const ROWS_AT_ONCE = 32;

export type Slowly = Generator<void, RunMask>;

export function finished<T>(slowly: Generator<void, T>): T {
  for (;;) {
    const { done, value } = slowly.next();
    if (done) return value;
  }
}

/** Half the width of a disc's rows, from its middle down: how far it reaches to both sides of the middle column. */
function halfWidths(radius: number): number[] {
  return Array.from({ length: Math.floor(radius) + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)));
}

/** By all pixels whose centres are within `radius` pixels: 1 is the four neighbours. */
export function* grown(mask: RunMask, radius: number): Slowly {
  const { width, height, rows } = mask;
  const halves = halfWidths(radius);
  const made: Row[] = [];
  for (let y = 0; y < height; y++) {
    let row = widened(rows[y]!, halves[0]!, width);
    for (let dy = 1; dy < halves.length; dy++)
      for (const at of [y - dy, y + dy]) {
        const of = rows[at];
        if (of && of.length > 0) row = union(row, widened(of, halves[dy]!, width));
      }
    made.push(row);
    if (y % ROWS_AT_ONCE === 0) yield;
  }
  return { ...mask, rows: made };
}

export function* shrunk(mask: RunMask, radius: number): Slowly {
  const { width, height, rows } = mask;
  const halves = halfWidths(radius);
  const made: Row[] = [];
  for (let y = 0; y < height; y++) {
    let row = widened(rows[y]!, -halves[0]!, width);
    for (let dy = 1; dy < halves.length && row.length > 0; dy++)
      for (const at of [y - dy, y + dy]) {
        const of = rows[at];
        if (of) row = intersection(row, widened(of, -halves[dy]!, width));
      }
    made.push(row);
    if (y % ROWS_AT_ONCE === 0) yield;
  }
  return { ...mask, rows: made };
}

/** Without spurs and then without notches that are narrower than a disc of `radius`: opened, then closed. */
export function* smoothed(mask: RunMask, radius: number): Slowly {
  const opened = yield* grown(yield* shrunk(mask, radius), radius);
  return yield* shrunk(yield* grown(opened, radius), radius);
}

export function inverted(mask: RunMask): RunMask {
  return { ...mask, rows: mask.rows.map(row => complement(row, mask.width)) };
}
