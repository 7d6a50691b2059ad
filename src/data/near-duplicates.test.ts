import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { ALIKE_BELOW, findAlike, joinAlike, LOOK_SIDE } from './near-duplicates.ts';

const VALUES = LOOK_SIDE * LOOK_SIDE * 3;
const noise = (seed: number) => {
  const random = randomStream(seed);
  return Uint8Array.from({ length: VALUES }, () => random.below(256));
};
/** Every value moved by `by`, up or down in turn. */
const off = (look: Uint8Array, by: number) =>
  look.map((value, i) => (value < by || (i % 2 && value <= 255 - by) ? value + by : value - by));

test('what differs by little is found, whatever lies between, and what differs by more is not', () => {
  const looks = [noise(1), noise(2), off(noise(1), 1), noise(3), off(noise(2), 2), undefined, noise(3)];
  expect(findAlike(looks)).toEqual([
    [0, 2],
    [3, 6],
  ]);
});

test('finds exactly the pairs that comparing all with all finds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.nat(1)), { maxLength: 12 }), kinds => {
      const looks = kinds.map(([seed, by, half]) =>
        half ? off(noise(seed), by).fill(9, 0, VALUES / 8) : off(noise(seed), by),
      );
      const all = looks.flatMap((a, i) =>
        looks.flatMap((b, j) => {
          const sum = a.reduce((total, value, k) => total + Math.abs(value - (b[k] ?? 0)), 0);
          return i < j && sum < ALIKE_BELOW * VALUES ? [[i, j]] : [];
        }),
      );
      expect(findAlike(looks)).toEqual(all);
    }),
  );
});

test('groups are joined over chains, and numbered as they come', () => {
  const groups = Array.from({ length: 100 }, (_, i) => i);
  groups[7] = 2;
  const { groups: joined, joined: pairs } = joinAlike(groups, [
    [1, 2],
    [5, 7],
    [2, 7],
  ]);
  expect(joined.slice(0, 9)).toEqual([0, 1, 1, 2, 3, 1, 4, 1, 5]);
  expect(pairs).toEqual([
    [1, 2],
    [5, 7],
  ]);
  expect(joinAlike(groups, []).groups.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 2, 7]);
});

test('where all look alike a split stays possible', () => {
  const pairs = Array.from({ length: 40 }, (_, i) => [i, i + 1] as const);
  const { groups } = joinAlike(
    Array.from({ length: 41 }, (_, i) => i),
    pairs,
  );
  expect(new Set(groups).size).toBeGreaterThanOrEqual(20);
});

test('of ten thousand that all look alike few pairs are told, without comparing all', () => {
  const look = noise(1);
  const pairs = findAlike(new Array(10_000).fill(look));
  expect(pairs.length).toBeLessThan(210_000);
});
