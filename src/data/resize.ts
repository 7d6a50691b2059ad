/**
 * Shrinks (or enlarges) a part of a picture to a rectangle by area averaging: each output pixel is the mean of the source over the
 * rectangle it covers. Rows are pushed in strips from top to bottom, so that a large image is never in memory as a whole.
 *
 * Exact: source pixel x covers [x·C, (x+1)·C) and output column i covers [i·W, (i+1)·W), rows alike, so that all weights are integers
 * and a sum is at most 255·W·H < 2^53 for any image that is let in. The same pixels give the same bytes everywhere.
 */
import { type Framing, frame, type Rectangle } from '../protocol/preparation.ts';

export interface AreaAverager {
  /** The next rows: `stride` values per source pixel, of which the first `channels` are used. */
  push(pixels: Uint8Array | Uint8ClampedArray, rows: number, stride: number): void;
  /** Mean per output value [R,C,channels], rounded half up. All rows must have been pushed. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** A picture of `width` × `height` pixels framed in a square [S,S,channels]; what is not of the picture is 0. */
export function framedAverager(
  framing: Framing,
  size: number,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): AreaAverager {
  const { source, target } = frame(framing, size, width, height);
  const averager = areaAverager({ width, height, source, columns: target.width, rows: target.height, channels });
  return { push: averager.push, finish: () => placed(averager.finish(), target, size, channels) };
}

function placed(
  pixels: Uint8Array<ArrayBuffer>,
  { left, top, width, height }: Rectangle,
  size: number,
  channels: number,
): Uint8Array<ArrayBuffer> {
  if (width === size && height === size) return pixels;
  const square = new Uint8Array(size * size * channels);
  const line = width * channels;
  for (let y = 0; y < height; y++)
    square.set(pixels.subarray(y * line, (y + 1) * line), ((top + y) * size + left) * channels);
  return square;
}

export interface Averaging {
  /** Of the picture whose rows are pushed. */
  readonly width: number;
  readonly height: number;
  /** The part of it that is averaged. */
  readonly source: Rectangle;
  readonly columns: number;
  readonly rows: number;
  /** Values per pixel. */
  readonly channels: number;
}

export function areaAverager({ width, height, source, columns, rows: lines, channels }: Averaging): AreaAverager {
  const line = columns * channels;
  /** Weighted sums of the rows so far, [R,C,channels]. */
  const sums = new Float64Array(lines * line);
  /** Weighted sums within the row at hand, [C,channels]. */
  const rowSums = new Float64Array(line);
  let pushed = 0;

  const sumRow = (pixels: Uint8Array | Uint8ClampedArray, start: number, stride: number): void => {
    for (let i = 0; i < columns; i++) {
      const low = i * source.width;
      const high = low + source.width;
      const first = Math.floor(low / columns);
      const last = Math.ceil(high / columns) - 1;
      // How far the first and the last source pixel reach out of the output pixel; those between are covered whole.
      const before = low - first * columns;
      const after = (last + 1) * columns - high;
      const end = start + last * stride;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let at = start + first * stride + c; at <= end + c; at += stride) sum += pixels[at]!;
        rowSums[i * channels + c] =
          sum * columns - pixels[start + first * stride + c]! * before - pixels[end + c]! * after;
      }
    }
  };

  const spreadRow = (y: number): void => {
    const top = y * lines;
    const bottom = top + lines;
    const first = Math.floor(top / source.height);
    const last = Math.ceil(bottom / source.height) - 1;
    for (let i = first; i <= last; i++) {
      const weight = Math.min(bottom, (i + 1) * source.height) - Math.max(top, i * source.height);
      for (let k = 0; k < line; k++) sums[i * line + k]! += rowSums[k]! * weight;
    }
  };

  return {
    push(pixels, rows, stride) {
      for (let row = 0; row < rows; row++) {
        const y = pushed++ - source.top;
        if (y < 0 || y >= source.height) continue;
        sumRow(pixels, (row * width + source.left) * stride, stride);
        spreadRow(y);
      }
    },
    finish() {
      if (pushed !== height) throw new Error(`${pushed} of ${height} rows were pushed`);
      const area = source.width * source.height;
      // A plain loop: `Uint8Array.from` with a function goes through an iterator and takes longer than the averaging.
      const means = new Uint8Array(sums.length);
      for (let i = 0; i < sums.length; i++) means[i] = Math.floor((2 * sums[i]! + area) / (2 * area));
      return means;
    },
  };
}

/**
 * Sets `bits` to 1 where the grey level of opaque RGBA pixels is at least one half, else to 0; returns the brightest level,
 * 0..255. The level is Rec. 601's luma 0.299 R + 0.587 G + 0.114 B, in whole thousandths.
 */
export function thresholdMask(pixels: Uint8ClampedArray, bits: Uint8Array): number {
  let brightest = 0;
  for (let i = 0, at = 0; i < bits.length; i++, at += 4) {
    const level = 299 * pixels[at]! + 587 * pixels[at + 1]! + 114 * pixels[at + 2]!;
    if (level > brightest) brightest = level;
    bits[i] = level >= 127_500 ? 1 : 0;
  }
  return brightest / 1000;
}
