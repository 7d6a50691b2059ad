import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confusion } from './confusion.ts';
import { bestLevel, confusionAt, countLevels, LEVELS, meanDiceByLevel, scoresOf } from './levels.ts';

/** Whole thresholds and their neighbours in single precision too, where a rounded product would go wrong. */
const probability = fc.oneof(
  fc.float({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: LEVELS }).map(k => Math.fround(k / LEVELS)),
  fc.integer({ min: 0, max: LEVELS }).map(k => k / LEVELS),
);
const pixels = fc.array(fc.record({ p: probability, g: fc.constantFrom(0, 1) }), { minLength: 1, maxLength: 60 });
const split = (list: { p: number; g: number }[]) => [list.map(({ p }) => p), list.map(({ g }) => g)] as const;

test('at every threshold the counts are those of the pixels themselves', () =>
  fc.assert(
    fc.property(pixels, fc.integer({ min: 1, max: LEVELS - 1 }), (list, level) => {
      const [p, g] = split(list);
      expect(confusionAt(countLevels(p, g), level)).toEqual(confusion(p, g, level / LEVELS));
    }),
    { numRuns: 500 },
  ));

test('mean Dice by threshold is the mean of the images’', () =>
  fc.assert(
    fc.property(fc.array(pixels, { minLength: 1, maxLength: 5 }), lists => {
      const means = meanDiceByLevel(lists.map(list => countLevels(...split(list))));
      expect(means).toHaveLength(LEVELS - 1);
      for (const level of [1, 37, 50, 99]) {
        const dices = lists.map(list => scoresOf(confusion(...split(list), level / LEVELS)).dice);
        expect(means[level - 1]).toBeCloseTo(dices.reduce((a, b) => a + b, 0) / dices.length, 12);
      }
    }),
  ));

test('the best threshold is the highest, and of equals the one nearest to one half', () => {
  const flat = Array.from({ length: LEVELS - 1 }, () => 0.5);
  expect(bestLevel(flat)).toBe(50);
  expect(bestLevel(flat.map((value, place) => (place + 1 === 30 ? 0.7 : value)))).toBe(30);
  expect(bestLevel(flat.map((value, place) => ([20, 60].includes(place + 1) ? 0.7 : value)))).toBe(60);
});

test('what does not fit is refused', () => {
  expect(() => countLevels([1], [1, 0])).toThrow('1 predicted pixels and 2 true ones');
  expect(() => confusionAt(countLevels([1], [1]), 0)).toThrow(RangeError);
  expect(() => confusionAt(countLevels([1], [1]), LEVELS)).toThrow(RangeError);
  expect(() => meanDiceByLevel([])).toThrow(RangeError);
});
