import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intervalsOf, type Scores, summarise } from './summary.ts';

const image = (dice: number): Scores => ({
  dice,
  jaccard: dice / (2 - dice),
  sensitivity: dice,
  specificity: 1,
  accuracy: 0.5,
});

test('three images, checked by hand', () => {
  const summary = summarise([image(0.5), image(1), image(0.8)]);
  expect(summary.meanDice).toBeCloseTo(2.3 / 3, 12);
  expect(summary.medianDice).toBe(0.8);
  expect(summary.minDice).toBe(0.5);
  expect(summary.shareBelow08).toBeCloseTo(1 / 3, 12);
  expect(summary.meanJaccard).toBeCloseTo((1 / 3 + 1 + 2 / 3) / 3, 12);
  // 1/3 is under 0.65 and counts as nothing.
  expect(summary.meanThresholdedJaccard).toBeCloseTo((1 + 2 / 3) / 3, 12);
  expect([summary.sensitivity, summary.specificity, summary.accuracy]).toEqual([summary.meanDice, 1, 0.5]);
});

test('the median of an even number lies between the middle two', () => {
  expect(summarise([0.1, 0.9, 0.4, 0.2].map(image)).medianDice).toBeCloseTo(0.3, 12);
});

test('means that not every image has are left out, and area errors lose their signs', () => {
  const images = [image(0.5), image(1)];
  expect(Object.keys(summarise(images))).not.toContain('meanAreaError');
  const more = images.map((scores, i) => ({ ...scores, areaError: i ? -0.5 : 0.25, hausdorff95: 4 * i }));
  expect(summarise(more)).toMatchObject({ meanAreaError: 0.375, meanHausdorff95: 2 });
  expect(summarise([...more, image(1)]).meanHausdorff95).toBeUndefined();
});

test('each mean has an interval around it, and an error of 0 counts', () => {
  const images = [0.5, 1, 0.8, 0.7].map((dice, i) => ({ ...image(dice), areaError: i / 10, surfaceDice: dice }));
  const summary = summarise(images);
  const intervals = intervalsOf(images);
  expect(Object.keys(intervals).sort()).toEqual(
    [
      ...['accuracy', 'meanAreaError', 'meanDice', 'meanJaccard', 'meanSurfaceDice', 'meanThresholdedJaccard'],
      ...['sensitivity', 'shareBelow08', 'specificity'],
    ].sort(),
  );
  for (const [name, [low, high]] of Object.entries(intervals)) {
    expect(low).toBeLessThanOrEqual(summary[name as 'meanDice']);
    expect(high).toBeGreaterThanOrEqual(summary[name as 'meanDice']);
  }
  expect(intervals.meanDice).toEqual(intervals.meanSurfaceDice);
});

test('no images are refused', () => {
  expect(() => summarise([])).toThrow(RangeError);
});

test('order does not matter, and minimum ≤ median and mean ≤ 1', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), dices => {
      const summary = summarise(dices.map(image));
      const reversed = summarise(dices.toReversed().map(image));
      expect(reversed.medianDice).toBe(summary.medianDice);
      expect(reversed.meanDice).toBeCloseTo(summary.meanDice, 12);
      expect(summary.minDice).toBe(Math.min(...dices));
      expect(summary.medianDice).toBeGreaterThanOrEqual(summary.minDice);
      expect(summary.meanDice).toBeGreaterThanOrEqual(summary.minDice - 1e-12);
      expect(summary.medianDice).toBeLessThanOrEqual(Math.max(...dices));
      expect(summary.meanThresholdedJaccard).toBeLessThanOrEqual(summary.meanJaccard + 1e-12);
    }),
  );
});
