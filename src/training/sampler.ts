import { permutation } from '../random/pcg.ts';

const ORDER = 2;

/** Steps in an epoch of `images` images: every image is seen at least once. */
export function stepsPerEpoch(images: number, batch: number): number {
  return Math.ceil(images / batch);
}

/**
 * Which images each step of an epoch takes: a shuffle decided by (seed, epoch), cut into batches. The last batch is filled
 * up from the shuffle's beginning, for an engine's batch has one size.
 */
export function epochBatches(images: number, batch: number, seed: number, epoch: number): number[][] {
  const order = permutation(images, seed, ORDER, epoch);
  return Array.from({ length: stepsPerEpoch(images, batch) }, (_, step) =>
    Array.from({ length: batch }, (_, i) => order[(step * batch + i) % images] ?? 0),
  );
}
