/**
 * Flips and quarter turns of training pairs. Which one an image gets is a pure function of (seed, epoch, image), so that
 * a resumed run repeats it; image and mask are moved by the same map.
 */
import type { Batch } from '../engine/engine.ts';
import { randomStream } from '../random/pcg.ts';

const AUGMENT = 3;

export interface Augmentation {
  readonly flips: boolean;
  readonly turns: boolean;
}

export interface Transform {
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Transposed first: with the flips this makes the quarter turns. */
  readonly transpose: boolean;
}

/**
 * The transform of one image in one epoch. Flips alone: each axis with probability ½. Turns alone: 0, 90, 180 or 270°.
 * Both: the eight symmetries of the square, evenly.
 */
export function drawTransform({ flips, turns }: Augmentation, seed: number, epoch: number, image: number): Transform {
  const random = randomStream(seed, AUGMENT, epoch, image);
  const first = random.unit() < 0.5;
  const second = random.unit() < 0.5;
  const third = random.unit() < 0.5;
  if (flips) return { flipX: first, flipY: second, transpose: turns && third };
  if (!turns) return { flipX: false, flipY: false, transpose: false };
  // A rotation is a transpose with one flip (90°, 270°), or no transpose with both or none (180°, 0°).
  return first
    ? { transpose: true, flipX: second, flipY: !second }
    : { transpose: false, flipX: second, flipY: second };
}

/** Moves one tensor [S,S,channels] of the batch: out(y, x) = in(source of y, x). */
function move(
  source: Uint8Array,
  size: number,
  channels: number,
  offset: number,
  { flipX, flipY, transpose }: Transform,
): void {
  const original = source.slice(offset, offset + size * size * channels);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const v = flipY ? size - 1 - y : y;
      const u = flipX ? size - 1 - x : x;
      const from = (transpose ? u * size + v : v * size + u) * channels;
      const to = offset + (y * size + x) * channels;
      for (let c = 0; c < channels; c++) source[to + c] = original[from + c] ?? 0;
    }
}

/** Moves image i of the batch by transforms[i], in place. */
export function augmentBatch(batch: Batch, size: number, transforms: readonly Transform[]): void {
  transforms.forEach((transform, i) => {
    if (!transform.flipX && !transform.flipY && !transform.transpose) return;
    move(batch.images, size, 3, i * size * size * 3, transform);
    move(batch.masks, size, 1, i * size * size, transform);
  });
}
