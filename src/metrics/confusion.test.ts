import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accuracy,
  areaError,
  type Confusion,
  confusion,
  dice,
  jaccard,
  precision,
  sensitivity,
  specificity,
  thresholdedJaccard,
} from './confusion.ts';

const scores = { dice, jaccard, sensitivity, specificity, precision, accuracy };
const mask = (pixels: number) => fc.array(fc.constantFrom(0, 1), { minLength: pixels, maxLength: pixels });
const masks = fc.integer({ min: 1, max: 60 }).chain(pixels => fc.tuple(mask(pixels), mask(pixels)));

/** Dice by the sets themselves. */
function diceOfSets(predicted: number[], truth: number[]): number {
  const places = (values: number[]) => new Set(values.flatMap((value, i) => (value ? [i] : [])));
  const [x, y] = [places(predicted), places(truth)];
  const both = [...x].filter(place => y.has(place)).length;
  return x.size + y.size === 0 ? 1 : (2 * both) / (x.size + y.size);
}

test('counts of a case that can be checked by eye', () => {
  const counts = confusion([0.9, 0.6, 0.5, 0.2, 0.51, 0], [1, 1, 1, 0, 0, 0]);
  expect(counts).toEqual({ truePositive: 2, falsePositive: 1, falseNegative: 1, trueNegative: 2 });
  expect(dice(counts)).toBeCloseTo(4 / 6);
  expect(jaccard(counts)).toBeCloseTo(2 / 4);
  expect(sensitivity(counts)).toBeCloseTo(2 / 3);
  expect(specificity(counts)).toBeCloseTo(2 / 3);
  expect(accuracy(counts)).toBeCloseTo(4 / 6);
  expect(precision(counts)).toBeCloseTo(2 / 3);
  expect(areaError(counts)).toBe(0);
});

test('the threshold is not part of the lesion', () => {
  expect(confusion([0.7], [1], 0.7).truePositive).toBe(0);
  expect(confusion([0.71], [1], 0.7).truePositive).toBe(1);
});

test('empty masks', () => {
  const empty = confusion([0, 0], [0, 0]);
  expect([dice(empty), jaccard(empty), sensitivity(empty), specificity(empty), accuracy(empty)]).toEqual([
    1, 1, 1, 1, 1,
  ]);
  const missed = confusion([0, 0], [1, 1]);
  expect([dice(missed), jaccard(missed), sensitivity(missed), specificity(missed)]).toEqual([0, 0, 0, 1]);
  const invented = confusion([1, 1], [0, 0]);
  expect([dice(invented), jaccard(invented), sensitivity(invented), specificity(invented)]).toEqual([0, 0, 1, 0]);
  expect([empty, missed, invented].map(precision)).toEqual([1, 0, 0]);
  expect([empty, missed, invented].map(areaError)).toEqual([0, -1, 1]);
});

test('lengths that differ are refused', () => {
  expect(() => confusion([1], [1, 0])).toThrow('1 predicted pixels and 2 true ones');
});

test('the ISIC threshold', () => {
  expect([0.649, 0.65, 1].map(thresholdedJaccard)).toEqual([0, 0.65, 1]);
});

describe('for all masks', () => {
  const holds = (check: (counts: Confusion, predicted: number[], truth: number[]) => void) =>
    fc.assert(
      fc.property(masks, ([predicted, truth]) => {
        check(confusion(predicted, truth), predicted, truth);
      }),
    );

  test('J = D / (2 − D)', () =>
    holds(counts => expect(jaccard(counts)).toBeCloseTo(dice(counts) / (2 - dice(counts)), 12)));

  test('Dice is that of the sets', () =>
    holds((counts, predicted, truth) => expect(dice(counts)).toBe(diceOfSets(predicted, truth))));

  test('scores lie in 0..1, Jaccard under Dice', () =>
    holds(counts => {
      for (const score of Object.values(scores)) {
        expect(score(counts)).toBeGreaterThanOrEqual(0);
        expect(score(counts)).toBeLessThanOrEqual(1);
      }
      expect(jaccard(counts)).toBeLessThanOrEqual(dice(counts));
    }));

  test('the counts are all pixels', () =>
    holds((counts, predicted) => {
      const { truePositive, falsePositive, falseNegative, trueNegative } = counts;
      expect(truePositive + falsePositive + falseNegative + trueNegative).toBe(predicted.length);
    }));

  test('Dice, Jaccard and accuracy do not change when prediction and truth do', () =>
    holds((counts, predicted, truth) => {
      const swapped = confusion(truth, predicted);
      for (const score of [dice, jaccard, accuracy]) expect(score(swapped)).toBe(score(counts));
    }));

  test('a perfect prediction scores 1 everywhere', () =>
    holds((_counts, predicted) => {
      for (const score of Object.values(scores)) expect(score(confusion(predicted, predicted))).toBe(1);
    }));

  test('precision is the sensitivity of truth and prediction exchanged, where both are there', () =>
    holds((counts, predicted, truth) => {
      if (predicted.includes(1)) expect(precision(counts)).toBe(sensitivity(confusion(truth, predicted)));
    }));

  test('the area’s error is that of the areas', () =>
    holds((counts, predicted, truth) => {
      const [x, y] = [predicted, truth].map(mask => mask.reduce((sum, value) => sum + value, 0)) as [number, number];
      if (y > 0) expect(areaError(counts)).toBeCloseTo(x / y - 1, 12);
    }));

  test('sensitivity of the inverted masks is specificity', () =>
    holds((counts, predicted, truth) => {
      const invert = (values: number[]) => values.map(value => 1 - value);
      expect(sensitivity(confusion(invert(predicted), invert(truth)))).toBe(specificity(counts));
    }));
});
