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

test('hard examples: a share of the epoch is drawn in proportion to the errors, the rest is the shuffle', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.float({ min: 0, max: Math.fround(0.9), noNaN: true }),
      fc.nat(),
      fc.nat(500),
      (errors, share, seed, epoch) => {
        const n = errors.length;
        const order = epochBatches(n, 1, seed, epoch, { share, errors }).flat();
        const plain = epochBatches(n, 1, seed, epoch).flat();
        expect(order).toHaveLength(n);
        const count = Math.floor(share * n);
        const total = errors.reduce((sum, error) => sum + error, 0);
        if (count === 0 || total === 0) {
          expect(order).toEqual(plain);
          return;
        }
        const times = (image: number, places: readonly number[]) => places.filter(place => place === image).length;
        const rest = plain.slice(0, n - count);
        errors.forEach((error, image) => {
          const drawn = times(image, order) - times(image, rest);
          // A rounding of the sums may move a draw to the neighbour.
          expect(Math.abs(drawn - (count * error) / total)).toBeLessThan(1 + 1e-6);
        });
        expect(order).toEqual(epochBatches(n, 1, seed, epoch, { share, errors }).flat());
      },
    ),
  );
});

test('hard examples lie anywhere in the epoch', () => {
  const errors = Array.from({ length: 100 }, (_, i) => (i === 7 ? 1 : 0));
  const order = epochBatches(100, 1, 3, 4, { share: 0.5, errors }).flat();
  const at = order.flatMap((image, place) => (image === 7 ? [place] : []));
  expect(at.length).toBeGreaterThanOrEqual(50);
  expect(at.filter(place => place < 50).length).toBeGreaterThan(10);
  expect(at.filter(place => place >= 50).length).toBeGreaterThan(10);
});
