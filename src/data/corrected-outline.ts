import type { Framing } from '../protocol/preparation.ts';
import { shrunkMask } from './corrections.ts';
import { pngOfMask, type Sides } from './mask-png.ts';

/** What follows from a corrected mask of an outlined image: its file, its share of lesion (0 to 1), and its bits [S,S] as framed. */
export function correctedOutline(mask: Uint8Array, sides: Sides, framing: Framing, size: number) {
  let lesion = 0;
  const square = shrunkMask(mask, sides, framing, size, bits => {
    for (const bit of bits) lesion += bit;
  });
  return { png: pngOfMask(mask, sides), share: lesion / (sides.width * sides.height), square };
}
