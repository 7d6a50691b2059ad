import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { packFloats, trainingFeatures, unpackFloats } from './training-features.ts';

test('floats come back as they were', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true }), values => {
      expect(unpackFloats(packFloats(values))).toEqual(values);
    }),
  );
});

test('only whole rows are read', () => {
  const of = (values: string, variances = [2]) =>
    v.safeParse(trainingFeatures, { values, variances, rest: 1, images: 30, heldOut: 20 }).success;
  expect(of(packFloats([1, 2, 3, 4, 5, 6]))).toBe(true);
  expect(of(packFloats([1, 2, 3, 4]))).toBe(false);
  expect(of('')).toBe(false);
  expect(of('%%%%')).toBe(false);
  expect(of(packFloats([1, 2, 3, 4]), [])).toBe(false);
  expect(of(packFloats([1, 2, 3, 4, 5, 6]), [0])).toBe(false);
});
