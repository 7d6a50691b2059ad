import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockText, logTicks, nearest, share, timeTicks, valueAt } from './scale.ts';

test('a scale maps its ends to 0 and 1, and back', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 10, noNaN: true }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (from, width, at, log) => {
        const scale = { from, to: from + width, log };
        expect(share(scale, from)).toBeCloseTo(0, 9);
        expect(share(scale, from + width)).toBeCloseTo(1, 9);
        expect(share(scale, valueAt(scale, at))).toBeCloseTo(at, 6);
      },
    ),
  );
});

test('ticks of a logarithmic axis', () => {
  expect(logTicks(0.1, 1)).toEqual([0.1, 0.2, 0.5, 1]);
  expect(logTicks(0.03, 0.9)).toEqual([0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(0.0001, 10)).toEqual([0.0001, 0.001, 0.01, 0.1, 1, 10]);
});

test('ticks of time are round and at most nine', () => {
  expect(timeTicks(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(timeTicks(3300)).toEqual([0, 600, 1200, 1800, 2400, 3000]);
  for (const seconds of [0.5, 59, 1000, 40_000, 300_000, 5e6])
    expect(timeTicks(seconds).length, String(seconds)).toBeLessThanOrEqual(9);
});

test.each([
  [45, '45 s'],
  [60, '1 min'],
  [90, '1:30 min'],
  [3600, '1 h'],
  [3900, '1:05 h'],
  [7200, '2 h'],
])('%s seconds on the clock', (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});

test('the nearest of ascending values', () => {
  expect(nearest([], 1)).toBe(-1);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), fc.integer(), (list, wanted) => {
      const values = list.toSorted((a, b) => a - b);
      const found = values[nearest(values, wanted)] ?? Number.NaN;
      expect(Math.abs(found - wanted)).toBe(Math.min(...values.map(value => Math.abs(value - wanted))));
    }),
  );
});
