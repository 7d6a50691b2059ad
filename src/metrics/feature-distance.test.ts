import { expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import {
  featureDistance,
  featureSpace,
  LEAST_HELD_OUT,
  LEAST_TRAINING,
  PICTURE_FEATURES,
  pictureFeatures,
  unlikeLevel,
} from './feature-distance.ts';

/** Two independent normal numbers, mixed into three features whose covariance is known. */
function drawn(count: number, seed: number): Float64Array[] {
  const random = randomStream(seed, 1);
  return Array.from({ length: count }, () => {
    const [a, b] = [random.normal(), random.normal()];
    return Float64Array.of(5 + 3 * a, -2 + a + 0.5 * b, 100 * b);
  });
}

test('the distance is that of the inverse covariance, whatever the features are measured in', () => {
  const rows = drawn(2000, 1);
  const space = featureSpace(rows)!;
  expect(space.variances).toHaveLength(2);
  expect(space.rest).toBe(0);
  // In the plane of the two numbers behind it: √((a² + b²) / 2).
  for (const [a, b] of [
    [0, 0],
    [1, 1],
    [-3, 0.5],
    [2, -4],
  ] as const) {
    const row = Float64Array.of(5 + 3 * a, -2 + a + 0.5 * b, 100 * b);
    expect(Math.abs(featureDistance(space, row) - Math.sqrt((a * a + b * b) / 2))).toBeLessThan(0.1);
  }
  const inOtherUnits = featureSpace(rows.map(row => Float64Array.of(row[0]! * 1e4, row[1]! / 50 + 3, row[2]!)))!;
  const [row, same] = [Float64Array.of(9, 1, -150), Float64Array.of(9e4, 1 / 50 + 3, -150)];
  expect(featureDistance(inOtherUnits, same)).toBeCloseTo(featureDistance(space, row), 3);
});

test('the mean square over the training images is 1', () => {
  const rows = drawn(200, 2);
  const space = featureSpace(rows)!;
  const squares = rows.map(row => featureDistance(space, row) ** 2);
  expect(squares.reduce((sum, square) => sum + square) / rows.length).toBeCloseTo(1, 4);
});

test('what lies beside all components counts too', () => {
  const random = randomStream(5, 1);
  // Fifty features that go with one number, and one of their own: the first component does not see the latter.
  const row = (common: number, own: number) =>
    Float64Array.from({ length: 51 }, (_, f) => (f === 50 ? own : common + 0.01 * random.normal()));
  const space = featureSpace(Array.from({ length: LEAST_TRAINING }, () => row(random.normal(), random.normal())))!;
  expect(space.variances.length).toBeLessThan(4);
  expect(featureDistance(space, row(0, 0))).toBeLessThan(1.5);
  expect(featureDistance(space, row(0, 60))).toBeGreaterThan(5);
});

test('as many components as images can tell, and none of features that never vary', () => {
  const random = randomStream(3, 1);
  const rows = (count: number) =>
    Array.from({ length: count }, () => Float64Array.from({ length: 90 }, (_, f) => (f === 7 ? 4.1 : random.normal())));
  expect(featureSpace(rows(LEAST_TRAINING - 1))).toBeNull();
  expect(featureSpace(rows(60))!.variances).toHaveLength(10);
  const space = featureSpace(rows(240))!;
  expect(space.variances).toHaveLength(32);
  const row = rows(1)[0]!;
  const before = featureDistance(space, row);
  row[7] = 1e6;
  expect(featureDistance(space, row)).toBe(before);
  expect(featureSpace(Array.from({ length: 40 }, () => new Float64Array(3)))).toBeNull();
});

test('the level is passed by one held-out image in a hundred, or by none of fewer', () => {
  expect(unlikeLevel(Array.from({ length: LEAST_HELD_OUT - 1 }, (_, i) => i))).toBeNull();
  expect(unlikeLevel(Array.from({ length: 99 }, (_, i) => i))).toBe(98);
  const many = Array.from({ length: 1000 }, (_, i) => i);
  expect(many.filter(distance => distance > unlikeLevel(many)!)).toHaveLength(10);
});

test('a picture’s own features: brightness, contrast, noise', () => {
  const flat = pictureFeatures(new Uint8Array(16 * 16 * 3).fill(51), 16);
  expect(flat).toHaveLength(PICTURE_FEATURES);
  for (let c = 0; c < 3; c++) {
    expect(flat[c]).toBeCloseTo(0.2, 12);
    expect(flat[3 + c]).toBeCloseTo(Math.log(1e-3), 6);
  }
  expect(flat[6]).toBeCloseTo(Math.log(1e-3), 12);
  // A chequerboard of 0 and 1: deviation one half, and a Laplacian of 4 everywhere.
  const board = Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) =>
    (Math.floor(at / 3) + Math.floor(at / 48)) % 2 === 0 ? 255 : 0,
  );
  const features = pictureFeatures(board, 16);
  expect(features[0]).toBeCloseTo(0.5, 12);
  expect(features[3]).toBeCloseTo(Math.log(0.501), 12);
  expect(features[6]).toBeCloseTo(Math.log(4.001), 12);
});
