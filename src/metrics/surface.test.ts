import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryOf } from './boundary.ts';
import { areaOf, runsBuilder, runsOf } from './mask-runs.ts';
import { percentile, surfaceScores } from './surface.ts';

type Belongs = (x: number, y: number) => boolean;

function draw(width: number, height: number, belongs: Belongs): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (belongs(i % width, Math.floor(i / width)) ? 1 : 0));
}

function scores(predicted: Belongs, truth: Belongs, { width = 64, height = 64, tolerance = 2 } = {}) {
  const [a, b] = [predicted, truth].map(shape => runsOf(draw(width, height, shape), width));
  return surfaceScores(a!, b!, tolerance);
}

const disc =
  (centreX: number, centreY: number, radius: number): Belongs =>
  (x, y) =>
    (x - centreX) ** 2 + (y - centreY) ** 2 <= radius ** 2;
const square =
  (left: number, top: number, side: number): Belongs =>
  (x, y) =>
    x >= left && x < left + side && y >= top && y < top + side;
const nothing: Belongs = () => false;
const all: Belongs = () => true;

/** By the definitions alone: every pixel against every other one. */
function reference(predicted: Uint8Array, truth: Uint8Array, width: number, tolerance: number) {
  const height = truth.length / width;
  const boundary = (mask: Uint8Array) => {
    const at = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
    const points: [number, number][] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (at(x, y) && !(at(x - 1, y) && at(x + 1, y) && at(x, y - 1) && at(x, y + 1))) points.push([x, y]);
    return points;
  };
  const [x, y] = [boundary(predicted), boundary(truth)];
  const distance = ([a, b]: [number, number], points: [number, number][]) =>
    Math.min(...points.map(([u, v]) => Math.hypot(a - u, b - v)));
  const there = x.map(point => distance(point, y));
  const back = y.map(point => distance(point, x));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const numpyPercentile = (values: number[]) => {
    const ordered = [...values].sort((a, b) => a - b);
    const at = 0.95 * (ordered.length - 1);
    const [low, high] = [ordered[Math.floor(at)]!, ordered[Math.ceil(at)]!];
    return low * (1 - (at % 1)) + high * (at % 1);
  };
  const strip = Math.max(1, Math.round(0.02 * Math.hypot(width, height)));
  const inStrip = (mask: Uint8Array, points: [number, number][], i: number) =>
    mask[i] !== 0 && distance([i % width, Math.floor(i / width)], points) < strip;
  let common = 0;
  let either = 0;
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [inStrip(predicted, x, i), inStrip(truth, y, i)];
    if (a && b) common++;
    if (a || b) either++;
  }
  const near = [...there, ...back].filter(value => value <= tolerance).length;
  return {
    surfaceDice: near / (there.length + back.length),
    hausdorff95: Math.max(numpyPercentile(there), numpyPercentile(back)),
    averageSurfaceDistance: (mean(there) + mean(back)) / 2,
    boundaryIoU: common / either,
  };
}

const masks = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([width, height]) => {
  const mask = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: width * height, maxLength: width * height })
    .chain(values => fc.integer({ min: 1, max: 9 }).map(cut => Uint8Array.from(values, value => (value < cut ? 1 : 0))))
    .filter(values => values.includes(1));
  return fc.record({
    width: fc.constant(width),
    predicted: mask,
    truth: mask,
    tolerance: fc.constantFrom(0, 1, 1.5, 3),
  });
});

test('any two masks: as by comparing every boundary pixel with every other one', () =>
  fc.assert(
    fc.property(masks, ({ width, predicted, truth, tolerance }) => {
      const found = surfaceScores(runsOf(predicted, width), runsOf(truth, width), tolerance);
      const wanted = reference(predicted, truth, width, tolerance);
      for (const key of Object.keys(wanted) as (keyof typeof wanted)[]) expect(found[key]).toBeCloseTo(wanted[key], 10);
    }),
    { numRuns: 400 },
  ));

test('blobs on a grid where strips are several pixels wide, too', () => {
  const shapes: Belongs[] = [
    disc(60, 50, 31.5),
    square(20, 15, 70),
    (x, y) => disc(40, 40, 20)(x, y) || square(100, 5, 40)(x, y),
  ];
  for (const one of shapes)
    for (const other of shapes) {
      const [a, b] = [draw(150, 110, one), draw(150, 110, other)];
      const found = surfaceScores(runsOf(a, 150), runsOf(b, 150), 2);
      const wanted = reference(a, b, 150, 2);
      for (const key of Object.keys(wanted) as (keyof typeof wanted)[]) expect(found[key]).toBeCloseTo(wanted[key], 10);
    }
});

describe('shapes whose distances are known', () => {
  test('the same mask', () => {
    expect(scores(disc(30, 30, 12), disc(30, 30, 12))).toEqual({
      surfaceDice: 1,
      hausdorff95: 0,
      averageSurfaceDistance: 0,
      boundaryIoU: 1,
    });
  });

  test('a square inside another, 3 pixels from each side: corners are 3√2 away, all else 3', () => {
    const { surfaceDice, hausdorff95, averageSurfaceDistance } = scores(square(13, 13, 20), square(10, 10, 26), {
      tolerance: 3,
    });
    // Of the outer boundary's 100 pixels, 20 on each side have a row or column in common with the inner square, and 5 stand round each corner.
    const corner = 2 * Math.hypot(3, 1) + 2 * Math.hypot(3, 2) + Math.hypot(3, 3);
    const outer = (80 * 3 + 4 * corner) / 100;
    expect(hausdorff95).toBeGreaterThan(3);
    expect(hausdorff95).toBeLessThanOrEqual(Math.SQRT2 * 3);
    expect(averageSurfaceDistance).toBeCloseTo((3 + outer) / 2, 10);
    // All 76 of the inner boundary and those 80 of the outer one.
    expect(surfaceDice).toBeCloseTo((76 + 80) / 176, 10);
  });

  test('discs of one centre: the distance is the difference of their radii, but for the grid', () => {
    const { hausdorff95, averageSurfaceDistance, surfaceDice } = scores(disc(64, 64, 50), disc(64, 64, 40), {
      width: 128,
      height: 128,
    });
    expect(Math.abs(hausdorff95 - 10)).toBeLessThan(1);
    expect(Math.abs(averageSurfaceDistance - 10)).toBeLessThan(0.5);
    expect(surfaceDice).toBe(0);
  });

  test('a square moved by 5: its sides along the way are 5 apart at most', () => {
    const { hausdorff95, surfaceDice } = scores(square(10, 10, 30), square(15, 10, 30), { tolerance: 5 });
    expect(hausdorff95).toBe(5);
    expect(surfaceDice).toBe(1);
  });

  test('single pixels: 3-4-5', () => {
    expect(scores(square(10, 10, 1), square(13, 14, 1))).toEqual({
      surfaceDice: 0,
      hausdorff95: 5,
      averageSurfaceDistance: 5,
      boundaryIoU: 0,
    });
  });

  test('an outlier of few pixels moves the largest distance and not the 95th percentile', () => {
    const truth = square(4, 4, 40);
    expect(scores((x, y) => truth(x, y) || square(60, 60, 1)(x, y), truth).hausdorff95).toBe(0);
  });

  test('a hole has a boundary too', () => {
    const ring: Belongs = (x, y) => disc(32, 32, 20)(x, y) && !disc(32, 32, 10)(x, y);
    expect(scores(ring, disc(32, 32, 20)).surfaceDice).toBeLessThan(0.9);
  });
});

describe('special cases', () => {
  const diagonal = Math.hypot(64, 64);

  test('both empty agree', () => {
    expect(scores(nothing, nothing)).toEqual({
      surfaceDice: 1,
      hausdorff95: 0,
      averageSurfaceDistance: 0,
      boundaryIoU: 1,
    });
  });

  test.each([
    ['nothing found', nothing, disc(30, 30, 9)],
    ['nothing there', disc(30, 30, 9), nothing],
  ])('%s: the worst that there is', (_, predicted, truth) => {
    expect(scores(predicted, truth)).toEqual({
      surfaceDice: 0,
      hausdorff95: diagonal,
      averageSurfaceDistance: diagonal,
      boundaryIoU: 0,
    });
  });

  test('a mask that fills the image has the image’s border for a boundary', () => {
    const { rows, columns } = boundaryOf(runsOf(draw(5, 4, all), 5));
    expect([...rows]).toEqual([0, 5, 7, 9, 14]);
    expect([...columns]).toEqual([0, 1, 2, 3, 4, 0, 4, 0, 4, 0, 1, 2, 3, 4]);
    expect(scores(all, all).surfaceDice).toBe(1);
  });

  test('masks of other sides are refused', () => {
    expect(() => surfaceScores(runsOf(draw(4, 4, all), 4), runsOf(draw(5, 4, all), 5))).toThrow(RangeError);
  });
});

test('it is symmetric, in its bounds, and the same for a picture turned', () =>
  fc.assert(
    fc.property(masks, ({ width, predicted, truth, tolerance }) => {
      const there = surfaceScores(runsOf(predicted, width), runsOf(truth, width), tolerance);
      const back = surfaceScores(runsOf(truth, width), runsOf(predicted, width), tolerance);
      const height = truth.length / width;
      const turned = (mask: Uint8Array) =>
        Uint8Array.from(mask, (_, i) => mask[(i % height) * width + Math.floor(i / height)]!);
      const other = surfaceScores(runsOf(turned(predicted), height), runsOf(turned(truth), height), tolerance);
      for (const key of ['surfaceDice', 'hausdorff95', 'averageSurfaceDistance', 'boundaryIoU'] as const) {
        expect(back[key]).toBeCloseTo(there[key], 10);
        expect(other[key]).toBeCloseTo(there[key], 10);
      }
      expect(there.surfaceDice).toBeGreaterThanOrEqual(0);
      expect(there.surfaceDice).toBeLessThanOrEqual(1);
      expect(there.hausdorff95).toBeLessThanOrEqual(Math.hypot(width, height));
    }),
    { numRuns: 100 },
  ));

test('runs: their area is the mask’s, and missing rows are an error', () => {
  const mask = draw(9, 7, (x, y) => (x * 7 + y * 5) % 3 === 0);
  expect(areaOf(runsOf(mask, 9))).toBe(mask.reduce((sum, value) => sum + value, 0));
  expect(areaOf(runsOf(Float32Array.of(0.5, 0.6, 0.4, 0.9), 2, 0.5))).toBe(2);
  expect(() => runsBuilder(3, 2).finish()).toThrow(RangeError);
  expect(() => runsOf(new Uint8Array(5), 2)).toThrow(RangeError);
});

test('percentiles lie between values in proportion', () => {
  expect(percentile(Float64Array.of(3, 1, 2, 4), 0.95)).toBeCloseTo(3.85, 12);
  expect(percentile(Float64Array.of(7), 0.95)).toBe(7);
});
