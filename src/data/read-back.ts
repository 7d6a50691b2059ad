/**
 * Whether this browser gives back what was drawn: some alter what is read from a canvas, to keep sites from recognising people by it.
 * A known picture goes the way of every other one before the first is decoded.
 */

/** By how much a value may be off for the picture to be of use: the lowest bit, and one for rounding. */
const LOW_BITS = 2;

/** By which pixels come from the browser's decoders: a canvas, or ImageDecoder where canvases are altered. */
export type Way = 'canvas' | 'decoder';

export type ReadBack = 'same' | 'low bits' | 'altered';

/** RGBA with every level in it, opaque; neighbours differ, so that what spares even areas is seen too. */
export function knownPicture(width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++)
    pixels.set([(i * 37) & 255, (i * 101 + 50) & 255, (i * 11 + 7) & 255, 255], 4 * i);
  return pixels;
}

/** The worst of what was read, without alpha, in comparison with what was drawn. */
export function compareReadBack(drawn: Uint8ClampedArray, read: Uint8ClampedArray): ReadBack {
  if (drawn.length !== read.length) return 'altered';
  let furthest = 0;
  for (let i = 0; i < drawn.length; i++) if (i % 4 !== 3) furthest = Math.max(furthest, Math.abs(drawn[i]! - read[i]!));
  return furthest === 0 ? 'same' : furthest <= LOW_BITS ? 'low bits' : 'altered';
}
