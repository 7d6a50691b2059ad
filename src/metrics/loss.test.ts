import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentationLoss } from './loss.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const images = fc.array(fc.record({ p: unit, g: fc.constantFrom(0, 1) }), { minLength: 1, maxLength: 50 });

const loss = (pixels: { p: number; g: number }[], smooth: number, weight = 0) =>
  segmentationLoss(
    pixels.map(({ p }) => p),
    pixels.map(({ g }) => g),
    smooth,
    { crossEntropy: weight },
  );

test('a case that can be checked by hand', () => {
  const [p, g] = [
    [0.5, 0.25],
    [1, 0],
  ];
  expect(segmentationLoss(p, g, 1)).toBeCloseTo(1 - (2 * 0.5 + 1) / (0.75 + 1 + 1), 12);
  const entropy = -(Math.log(0.5) + Math.log(0.75)) / 2;
  expect(segmentationLoss(p, g, 1, { crossEntropy: 2 })).toBeCloseTo(1 - 2 / 2.75 + 2 * entropy, 12);
  const focal = -(0.25 * Math.log(0.5) + 0.0625 * Math.log(0.75)) / 2;
  // Missed lesion 0.5 counts 0.7, false lesion 0.25 counts 0.3, both doubled.
  const tversky = 2 / (2 * 0.5 + 1.4 * 0.5 + 0.6 * 0.25 + 1);
  expect(segmentationLoss(p, g, 1, { crossEntropy: 2, focal: 2, tversky: 0.7 })).toBeCloseTo(
    1 - tversky + 2 * focal,
    12,
  );
});

test('perfect predictions lose nothing, whatever the smoothing', () => {
  for (const truth of [
    [0, 0, 0],
    [1, 0, 1],
    [1, 1, 1],
  ])
    for (const smooth of [1e-3, 1, 10]) expect(segmentationLoss(truth, truth, smooth)).toBe(0);
});

test('a certain and wrong pixel costs the cross-entropy no more than its limit', () => {
  expect(segmentationLoss([0], [1], 1, { crossEntropy: 1 })).toBeCloseTo(1 - 1 / 2 - Math.log(1e-7), 6);
  expect(segmentationLoss([1], [0], 1, { crossEntropy: 1 })).toBeCloseTo(1 - 1 / 2 - Math.log(1e-7), 6);
});

test('a prediction that is no number makes a loss that is none', () => {
  expect(segmentationLoss([Number.NaN, 0.5], [1, 0], 1)).toBeNaN();
  expect(segmentationLoss([0.5], [1, 0], 1)).toBeNaN();
});

describe('for all predictions', () => {
  test('the soft Dice loss is the formula’s and lies in [0, 1)', () =>
    fc.assert(
      fc.property(images, fc.double({ min: 0.01, max: 10, noNaN: true }), (pixels, smooth) => {
        const total = (value: (pixel: { p: number; g: number }) => number) =>
          pixels.map(value).reduce((sum, part) => sum + part, 0);
        const expected = 1 - (2 * total(({ p, g }) => p * g) + smooth) / (total(({ p, g }) => p + g) + smooth);
        expect(loss(pixels, smooth)).toBeCloseTo(expected, 10);
        expect(loss(pixels, smooth)).toBeGreaterThanOrEqual(-1e-12);
        expect(loss(pixels, smooth)).toBeLessThan(1);
      }),
    ));

  test('the order of the pixels does not matter', () =>
    fc.assert(
      fc.property(images, pixels => {
        expect(loss([...pixels].reverse(), 1, 0.5)).toBeCloseTo(loss(pixels, 1, 0.5), 10);
      }),
    ));

  test('more probability on a lesion pixel never costs more', () =>
    fc.assert(
      fc.property(images, unit, unit, (pixels, one, two) => {
        const [low, high] = [Math.min(one, two), Math.max(one, two)];
        const better = loss([...pixels, { p: high, g: 1 }], 1, 1);
        expect(better).toBeLessThanOrEqual(loss([...pixels, { p: low, g: 1 }], 1, 1) + 1e-12);
      }),
    ));

  test('on hard predictions the loss without smoothing is 1 − Dice', () =>
    fc.assert(
      fc.property(images, pixels => {
        const hard = pixels.map(({ p, g }) => ({ p: p > 0.5 ? 1 : 0, g }));
        const both = hard.filter(({ p, g }) => p === 1 && g === 1).length;
        const sum = hard.reduce((count, { p, g }) => count + p + g, 0);
        fc.pre(sum > 0);
        expect(loss(hard, 0)).toBeCloseTo(1 - (2 * both) / sum, 12);
      }),
    ));
});
