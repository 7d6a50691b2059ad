import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { meanInterval } from './bootstrap.ts';

test('for many values the interval is the normal one: mean ± 1.96 standard errors', () => {
  const random = randomStream(3);
  const values = Array.from({ length: 800 }, () => random.unit() ** 2);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const error = Math.sqrt(variance / values.length);
  const { low, high } = meanInterval(values);
  // A percentile of 1,000 draws is itself off by about 0.08 standard errors.
  expect(Math.abs(low - (mean - 1.96 * error)) / error).toBeLessThan(0.25);
  expect(Math.abs(high - (mean + 1.96 * error)) / error).toBeLessThan(0.25);
});

test('it lies within the values, holds their mean where they vary, and does not change from call to call', () =>
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), values => {
      const { low, high } = meanInterval(values);
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
      expect(meanInterval(values)).toEqual({ low, high });
    }),
    { numRuns: 25 },
  ));

test('one value is its own interval, none has none', () => {
  expect(meanInterval([0.5])).toEqual({ low: 0.5, high: 0.5 });
  expect(() => meanInterval([])).toThrow(RangeError);
});
