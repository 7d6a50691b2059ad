/** Masks as files: at the sides that the images themselves have, 8-bit grey, 0 for skin and 255 for the lesion, as ISIC's are. */
import { encode } from 'fast-png';

/**
 * Probabilities [size,size], made from an image that was squeezed to a square, at width × height pixels: bilinear between the centres of
 * the square's pixels, clamped at the border, then 255 where above `threshold` and else 0. Row by row, for a picture may have 400
 * million pixels.
 */
export function enlargeMask(
  probabilities: Float32Array,
  size: number,
  width: number,
  height: number,
  threshold: number,
): Uint8Array<ArrayBuffer> {
  if (probabilities.length !== size * size) throw new RangeError(`${probabilities.length} values are not ${size}²`);
  const mask = new Uint8Array(width * height);
  const columns = places(width, size);
  const rows = places(height, size);
  const line = new Float32Array(size);
  for (let y = 0; y < height; y++) {
    const [above = 0, below = 0, share = 0] = rows(y);
    for (let x = 0; x < size; x++) {
      const upper = probabilities[above * size + x] ?? 0;
      line[x] = upper + ((probabilities[below * size + x] ?? 0) - upper) * share;
    }
    for (let x = 0; x < width; x++) {
      const [left = 0, right = 0, part = 0] = columns(x);
      const first = line[left] ?? 0;
      if (first + ((line[right] ?? 0) - first) * part > threshold) mask[y * width + x] = 255;
    }
  }
  return mask;
}

/** For each pixel of a side: the two pixels of the small side that it lies between, and the second one's share. */
function places(side: number, size: number): (place: number) => readonly number[] {
  const table = Array.from({ length: side }, (_, place) => {
    const at = Math.min(Math.max(((place + 0.5) * size) / side - 0.5, 0), size - 1);
    const before = Math.min(Math.floor(at), Math.max(size - 2, 0));
    return [before, Math.min(before + 1, size - 1), at - before] as const;
  });
  return place => table[place] ?? [];
}

/** 8-bit grey. */
export function maskPng(mask: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encode({ width, height, data: mask, channels: 1, depth: 8 }));
}

/** Share of the pixels that are lesion, 0 to 1. */
export function areaShare(mask: Uint8Array): number {
  let lesion = 0;
  for (const value of mask) if (value) lesion++;
  return lesion / mask.length;
}
