import { permutation, randomStream } from '../../random/pcg.ts';

const ORDER = 2;
const HARD = 5;

/** Steps in an epoch of `images` images. Every image is seen at least once, but where hard examples take the place of others. */
export function stepsPerEpoch(images: number, batch: number): number {
  return Math.ceil(images / batch);
}

export interface Hard {
  /** Of the epoch's images, 0 to 1, cut down to whole ones. */
  readonly share: number;
  /** Of each image, ≥ 0: 1 − Dice when it was trained on last. */
  readonly errors: ArrayLike<number>;
}

/**
 * Which images each step of an epoch takes: a shuffle decided by (seed, epoch), cut into batches. The last batch is filled
 * up from the shuffle's beginning, for an engine's batch has one size. With `hard`, that share of the shuffle is given to images drawn
 * in proportion to their errors.
 */
export function epochBatches(images: number, batch: number, seed: number, epoch: number, hard?: Hard): number[][] {
  const shuffled = permutation(images, seed, ORDER, epoch);
  const order = hard ? withHard(shuffled, hard, seed, epoch) : shuffled;
  return Array.from({ length: stepsPerEpoch(images, batch) }, (_, step) =>
    Array.from({ length: batch }, (_, i) => order[(step * batch + i) % images] ?? 0),
  );
}

/**
 * Systematic sampling: equal steps through the running sum of the errors from a random start, so that an image comes as often as its
 * share of the sum says, rounded up or down.
 */
function withHard(shuffled: Uint32Array, { share, errors }: Hard, seed: number, epoch: number): Uint32Array {
  const images = shuffled.length;
  const count = Math.floor(share * images);
  const total = Array.from(errors).reduce((sum, error) => sum + error, 0);
  if (count === 0 || !(total > 0)) return shuffled;
  const start = randomStream(seed, HARD, epoch).unit();
  const order = shuffled.slice();
  let sum = 0;
  let drawn = 0;
  for (let image = 0; image < images && drawn < count; image++) {
    sum += errors[image] ?? 0;
    // Those that give way are the shuffle's last, as random as any.
    while (drawn < count && (drawn + start) * (total / count) < sum) order[images - 1 - drawn++] = image;
  }
  const moved = permutation(images, seed, HARD, epoch, 1);
  return order.map((_, i) => order[moved[i] ?? 0] ?? 0);
}
