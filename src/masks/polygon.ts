/** Areas within a closed line: what polygon and lasso fill. A pixel is in where its centre is, by the even-odd rule. */

import { rowOf } from './rows.ts';
import type { Band } from './run-mask.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The pixels whose centres lie in the polygon, cut at the image's border. The line from the last point to the first closes it. */
export function polygonBand(points: readonly Point[], width: number, height: number): Band {
  if (points.length < 3) return { top: 0, rows: [] };
  const ys = points.map(({ y }) => y);
  const top = Math.max(0, Math.floor(Math.min(...bounds(ys))));
  const bottom = Math.min(height, Math.ceil(Math.max(...bounds(ys))));
  const crossings: number[][] = Array.from({ length: Math.max(0, bottom - top) }, () => []);
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length]!;
    const [upper, lower] = a.y <= b.y ? [a, b] : [b, a];
    // Half open, so that a corner on a row's middle counts once.
    const first = Math.max(top, Math.ceil(upper.y - 0.5));
    const last = Math.min(bottom - 1, Math.ceil(lower.y - 0.5) - 1);
    const slope = (lower.x - upper.x) / (lower.y - upper.y);
    for (let row = first; row <= last; row++) crossings[row - top]!.push(upper.x + (row + 0.5 - upper.y) * slope);
  }
  return {
    top,
    rows: crossings.map(xs => {
      xs.sort((a, b) => a - b);
      return rowOf(
        xs.map(x => Math.ceil(x - 0.5)),
        width,
      );
    }),
  };
}

/** Least and greatest: a lasso has more points than a call takes arguments. */
function bounds(values: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** Of a polygon that does not cross itself, in pixels (the shoelace formula). */
export function polygonArea(points: readonly Point[]): number {
  let twice = 0;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length]!;
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}
