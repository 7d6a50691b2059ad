/**
 * What a brush covers. A stroke is the union of discs along its path, no further apart than one pixel; a pixel belongs to a disc where
 * its centre lies within the radius, or where the disc's own centre lies in the pixel, so that the thinnest brush leaves no gaps.
 *
 * Points are in pixels of the image, (0, 0) being the upper left corner of the first pixel.
 */

import { rowOf } from './rows.ts';
import type { Band } from './run-mask.ts';

export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** The discs of a segment, `from` and `to` among them; position and radius change evenly. */
export function discsBetween(from: Disc, to: Disc): Disc[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y)));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const part = i / steps;
    return {
      x: from.x + (to.x - from.x) * part,
      y: from.y + (to.y - from.y) * part,
      radius: from.radius + (to.radius - from.radius) * part,
    };
  });
}

/** The union of discs between two points of a stroke, cut at the image's border. */
export function segmentBand(from: Disc, to: Disc, width: number, height: number): Band {
  const discs = discsBetween(from, to);
  const reach = (disc: Disc) => Math.max(disc.radius, 1);
  const top = Math.max(0, Math.floor(Math.min(from.y - reach(from), to.y - reach(to))));
  const bottom = Math.min(height, Math.ceil(Math.max(from.y + reach(from), to.y + reach(to))) + 1);
  const count = Math.max(0, bottom - top);
  /** The run of each row that grows while the next disc's touches it, and those that are done. */
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const done: (number[] | undefined)[] = new Array(count);
  for (const { x, y, radius } of discs) {
    const first = Math.max(top, Math.ceil(y - radius - 0.5));
    const last = Math.min(bottom - 1, Math.floor(y + radius - 0.5));
    for (let row = first; row <= last; row++) {
      const up = row + 0.5 - y;
      const half = Math.sqrt(Math.max(0, radius * radius - up * up));
      add(row - top, Math.ceil(x - half - 0.5), Math.floor(x + half - 0.5) + 1);
    }
    const own = Math.floor(y);
    if (own >= top && own < bottom) add(own - top, Math.floor(x), Math.floor(x) + 1);
  }
  function add(i: number, start: number, end: number): void {
    if (end <= start) return;
    const [from, to] = [starts[i]!, ends[i]!];
    if (to === from) {
      starts[i] = start;
      ends[i] = end;
    } else if (start <= to && end >= from) {
      starts[i] = Math.min(start, from);
      ends[i] = Math.max(end, to);
    } else {
      const runs = done[i];
      if (runs) runs.push(from, to);
      else done[i] = [from, to];
      starts[i] = start;
      ends[i] = end;
    }
  }
  const rows = Array.from({ length: count }, (_, i) => rowOf([...(done[i] ?? []), starts[i]!, ends[i]!], width));
  return { top, rows };
}
