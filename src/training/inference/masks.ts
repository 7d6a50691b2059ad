/** Masks at the sides that the images themselves have: as files, 8-bit grey, 0 for skin and 255 for the lesion, as ISIC's are; and to be scored. */
import { encode } from 'fast-png';
import { maskDecoder } from '../../masks/coded.ts';
import { forEnlargedRows, type OwnSides } from '../../masks/enlarge.ts';
import { addLevels, noLevels } from '../../metrics/levels.ts';
import { type MaskRuns, runsBuilder } from '../../metrics/mask-runs.ts';

/** 255 where the enlarged probability is above `threshold` and else 0. */
export function enlargeMask(probabilities: Float32Array, sides: OwnSides, threshold: number): Uint8Array<ArrayBuffer> {
  const { width, height } = sides;
  const mask = new Uint8Array(width * height);
  forEnlargedRows(probabilities, sides, (line, y) => {
    for (let x = 0; x < width; x++) if (line[x]! > threshold) mask[y * width + x] = 255;
  });
  return mask;
}

export interface OwnCounts {
  readonly levels: Uint32Array<ArrayBuffer>;
  /** Both masks in the image's own sides. */
  readonly predicted: MaskRuns;
  readonly truth: MaskRuns;
}

/**
 * As countLevels, on the enlarged probabilities and the mask in its own sides, and both masks at the threshold, in one pass over the
 * rows. Throws RangeError where the coded mask ends too early.
 */
export function countOwn(
  probabilities: Float32Array,
  sides: OwnSides,
  coded: Uint8Array,
  threshold: number,
): OwnCounts {
  const { width, height } = sides;
  const levels = noLevels();
  const decoder = maskDecoder(coded);
  const bits = new Uint8Array(width);
  const [predicted, truth] = [runsBuilder(width, height), runsBuilder(width, height)];
  forEnlargedRows(probabilities, sides, line => {
    decoder.fill(bits);
    addLevels(levels, line, bits);
    predicted.push(line, threshold);
    truth.push(bits);
  });
  return { levels, predicted: predicted.finish(), truth: truth.finish() };
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
