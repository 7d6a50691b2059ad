import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { ALIKE_BELOW, alikeTo, areLooks, findAlike, LOOK_SIDE, packLooks, unpackLooks } from './looks.ts';

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

test('copies of others are found among those that are none; where all look alike there are no copies', () => {
  const others = [noise(1), noise(2), off(noise(2), 1), noise(3)];
  expect(alikeTo([noise(5), off(noise(1), 1), noise(2), off(noise(3), 2), undefined], others)).toEqual(new Set([1, 2]));
  const alike = Array.from({ length: 12 }, () => noise(4));
  expect(alikeTo([noise(4)], alike)).toEqual(new Set());
  expect(alikeTo([noise(4)], [...alike.slice(0, 2), ...others])).toEqual(new Set([0]));
});

test('looks go in and out of the text', () => {
  const looks = [noise(1), noise(2), noise(3)];
  const text = packLooks(looks) ?? '';
  expect(unpackLooks(text)).toEqual(looks);
  expect(areLooks(text)).toBe(true);
  expect(areLooks(packLooks([]) ?? '-')).toBe(true);
  expect(areLooks(btoa('abc'))).toBe(false);
  expect(packLooks([noise(1), undefined])).toBeNull();
});

test('of ten thousand that all look alike few pairs are told, without comparing all', () => {
  const look = noise(1);
  const pairs = findAlike(new Array(10_000).fill(look));
  expect(pairs.length).toBeLessThan(210_000);
});
