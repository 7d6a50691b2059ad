/** Masks at the sides that the images themselves have: as files, 8-bit grey, 0 for skin and 255 for the lesion, as ISIC's are; and to be scored. */
import { encode } from 'fast-png';
import { addLevels, noLevels } from '../../metrics/levels.ts';
import { type MaskRuns, runsBuilder } from '../../metrics/mask-runs.ts';
import { type Framing, frame } from '../../protocol/preparation.ts';
import { maskDecoder } from '../../store/coded-masks.ts';

/** An image's own sides in pixels, and how the square of `size` pixels was made from it. */
export interface OwnSides {
  readonly size: number;
  readonly framing: Framing;
  readonly width: number;
  readonly height: number;
}

/**
 * Probabilities [size,size] at width × height pixels: bilinear between the centres of the square's pixels, clamped at the border of what
 * the square shows of the image; 0 where it shows nothing. Row by row, for a picture may have 400 million pixels; `line` is used anew.
 */
export function forEnlargedRows(
  probabilities: Float32Array,
  { size, framing, width, height }: OwnSides,
  use: (line: Float32Array, y: number) => void,
): void {
  if (probabilities.length !== size * size) throw new RangeError(`${probabilities.length} values are not ${size}²`);
  const { source, target } = frame(framing, size, width, height);
  const columns = neighbours(source.width, target.left, target.width);
  const rows = neighbours(source.height, target.top, target.height);
  const between = new Float32Array(size);
  const line = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = y - source.top;
    if (row < 0 || row >= source.height) {
      line.fill(0);
      use(line, y);
      continue;
    }
    const above = rows.before[row]! * size;
    const below = rows.after[row]! * size;
    const share = rows.part[row]!;
    for (let x = target.left; x < target.left + target.width; x++) {
      const upper = probabilities[above + x]!;
      between[x] = upper + (probabilities[below + x]! - upper) * share;
    }
    for (let x = 0; x < source.width; x++) {
      const first = between[columns.before[x]!]!;
      line[source.left + x] = first + (between[columns.after[x]!]! - first) * columns.part[x]!;
    }
    use(line, y);
  }
}

/** For each of `side` pixels: the two pixels of the small side that it lies between, and the second one's share. */
function neighbours(side: number, first: number, count: number) {
  const before = new Int32Array(side);
  const after = new Int32Array(side);
  const part = new Float64Array(side);
  for (let i = 0; i < side; i++) {
    const at = Math.min(Math.max(((i + 0.5) * count) / side - 0.5, 0), count - 1);
    const left = Math.min(Math.floor(at), Math.max(count - 2, 0));
    before[i] = first + left;
    after[i] = first + Math.min(left + 1, count - 1);
    part[i] = at - left;
  }
  return { before, after, part };
}

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
