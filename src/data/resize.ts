/**
 * Shrinks (or enlarges) a picture to a square by area averaging: each output pixel is the mean of the source over the
 * rectangle it covers, and the picture is squeezed, not cropped. Rows are pushed in strips from top to bottom, so that a
 * large image is never in memory as a whole.
 *
 * Exact: source pixel x covers [x·S, (x+1)·S) and output i covers [i·W, (i+1)·W), so that all weights are integers and a sum
 * is at most 255·W·H < 2^53 for any image that is let in. The same pixels give the same bytes everywhere.
 */

export interface AreaAverager {
  /** The next rows: `stride` values per source pixel, of which the first `channels` are used. */
  push(pixels: Uint8Array | Uint8ClampedArray, rows: number, stride: number): void;
  /** Mean per output value [S,S,C], rounded half up. All rows must have been pushed. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** From a source of `width` × `height` pixels to `size` × `size`, `channels` values per pixel. */
export function areaAverager(width: number, height: number, size: number, channels: number): AreaAverager {
  const line = size * channels;
  /** Weighted sums of the rows so far, [S,S,C]. */
  const sums = new Float64Array(size * line);
  /** Weighted sums within the row at hand, [S,C]. */
  const rowSums = new Float64Array(line);
  let pushed = 0;

  const sumRow = (pixels: Uint8Array | Uint8ClampedArray, start: number, stride: number): void => {
    for (let i = 0; i < size; i++) {
      const low = i * width;
      const high = low + width;
      const first = Math.floor(low / size);
      const last = Math.ceil(high / size) - 1;
      // How far the first and the last source pixel reach out of the output pixel; those between are covered whole.
      const before = low - first * size;
      const after = (last + 1) * size - high;
      const end = start + last * stride;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let at = start + first * stride + c; at <= end + c; at += stride) sum += pixels[at]!;
        rowSums[i * channels + c] =
          sum * size - pixels[start + first * stride + c]! * before - pixels[end + c]! * after;
      }
    }
  };

  const spreadRow = (y: number): void => {
    const top = y * size;
    const bottom = top + size;
    const first = Math.floor(top / height);
    const last = Math.ceil(bottom / height) - 1;
    for (let i = first; i <= last; i++) {
      const weight = Math.min(bottom, (i + 1) * height) - Math.max(top, i * height);
      for (let k = 0; k < line; k++) sums[i * line + k]! += rowSums[k]! * weight;
    }
  };

  return {
    push(pixels, rows, stride) {
      for (let row = 0; row < rows; row++) {
        sumRow(pixels, row * width * stride, stride);
        spreadRow(pushed++);
      }
    },
    finish() {
      if (pushed !== height) throw new Error(`${pushed} of ${height} rows were pushed`);
      const area = width * height;
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
