/**
 * A mask as pixels of the screen: filled, and with its outline, in a view of the image. Only the rows that are asked for are made, so that a
 * stroke costs what it covers and not what the mask has.
 */
import { difference, EMPTY, intersection, type Row, rowOf, union, widened } from './rows.ts';

/** Where the image lies on the screen: pixels of the screen for each of the image's, and the image's point at the screen's upper left. */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Part of the screen, in its pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green, blue and alpha from the lowest byte up, as an ImageData has them on every machine that runs browsers. */
export type Ink = number;

export interface Layer {
  /** The mask's row of the image; undefined beyond it. */
  readonly rowAt: (y: number) => Row | undefined;
  readonly fill?: Ink;
  /** Within the mask's edge. */
  readonly line: Ink;
  /** Around the line, so that it holds on any skin. */
  readonly casing: Ink;
  /** Of the line, in pixels of the screen. */
  readonly thickness: number;
  readonly dashed?: boolean;
}

/** The mask's row as the screen's row `v` shows it, in columns of the screen from 0 to `width`. The pixel under each middle counts. */
export function screenRow(rowAt: Layer['rowAt'], { scale, left, top }: View, v: number, width: number): Row {
  const row = rowAt(Math.floor(top + (v + 0.5) / scale));
  if (!row || row.length === 0) return EMPTY;
  const ends: number[] = [];
  for (const x of row) ends.push(Math.ceil((x - left) * scale - 0.5));
  return rowOf(ends, width);
}

/** How far around its own rows a layer looks. */
function reachOf({ thickness }: Layer): number {
  return thickness + 1;
}

/** Rows of the image's change reach so many pixels of the screen further. */
export function marginOf(layers: readonly Layer[]): number {
  return Math.max(0, ...layers.map(reachOf));
}

/** Sets the pixels of `area` (its width × height, row after row): transparent, then the layers one over the other. */
export function paint(
  pixels: Uint32Array,
  { left, top, width, height }: Area,
  screenWidth: number,
  view: View,
  layers: readonly Layer[],
): void {
  pixels.fill(0);
  for (const layer of layers) {
    const { rowAt, fill, line, casing, thickness, dashed = false } = layer;
    const reach = reachOf(layer);
    const found = Array.from({ length: height + 2 * reach }, (_, i) =>
      screenRow(rowAt, view, top - reach + i, screenWidth),
    );
    for (let i = 0; i < height; i++) {
      const row = found[i + reach]!;
      let around: Row = widened(row, 1, screenWidth);
      let inner: Row = widened(row, -thickness, screenWidth);
      for (let d = 1; d <= thickness; d++)
        for (const other of [found[i + reach - d]!, found[i + reach + d]!]) {
          if (d === 1) around = union(around, other);
          inner = intersection(inner, other);
        }
      if (around.length === 0) continue;
      const put = (runs: Row, ink: Ink, dash: boolean) => {
        for (let k = 0; k < runs.length; k += 2) {
          const from = Math.max(0, runs[k]! - left);
          const to = Math.min(width, runs[k + 1]! - left);
          if (to <= from) continue;
          if (!dash) pixels.fill(ink, i * width + from, i * width + to);
          else
            for (let u = from; u < to; u++)
              // Slanted stripes: a line in any direction but one is cut by them.
              if (((u + left) * 3 + (i + top) * 2) % 24 < 14) pixels[i * width + u] = ink;
        }
      };
      if (fill !== undefined) put(inner, fill, false);
      put(difference(around, row), casing, dashed);
      put(difference(row, inner), line, dashed);
    }
  }
}

/** `opacity` from 0 to 1. */
export function ink(red: number, green: number, blue: number, opacity = 1): Ink {
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
