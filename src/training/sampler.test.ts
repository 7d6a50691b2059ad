import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochBatches, stepsPerEpoch } from './sampler.ts';

test('every image is seen in every epoch, in batches of one size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      fc.nat(500),
      (n, batch, seed, epoch) => {
        const batches = epochBatches(n, batch, seed, epoch);
        expect(batches).toHaveLength(stepsPerEpoch(n, batch));
        expect(batches.every(places => places.length === batch)).toBe(true);
        const seen = batches.flat();
        expect(new Set(seen)).toEqual(new Set(Array.from({ length: n }, (_, i) => i)));
        // Only the filling of the last batch repeats.
        expect(new Set(seen.slice(0, n)).size).toBe(n);
      },
    ),
  );
});

test('the order is decided by seed and epoch', () => {
  const order = (seed: number, epoch: number) => epochBatches(40, 4, seed, epoch).flat().join();
  expect(order(1, 1)).toBe(order(1, 1));
  expect(order(1, 1)).not.toBe(order(1, 2));
  expect(order(1, 1)).not.toBe(order(2, 1));
});
