import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorAt, fitPowerLaw, LAW_BOUNDS, lawFitter, type PowerLaw } from './power-law.ts';

const sizes = [24, 48, 96, 192, 240];
const pointsOf = (law: PowerLaw, ns = sizes) => ns.map(n => ({ n, error: errorAt(law, n) }));
const restOf = (law: PowerLaw, points: readonly { n: number; error: number }[]) =>
  points.reduce((sum, { n, error }) => sum + (error - law.a - law.b * n ** -law.c) ** 2, 0);

const laws = fc.record({
  a: fc.double({ min: 0, max: 0.3, noNaN: true }),
  b: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
  c: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
});
const anyErrors = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });

test('points on a law give that law', () => {
  for (const law of [
    { a: 0.08, b: 1.2, c: 0.5 },
    { a: 0, b: 0.9, c: 0.3 },
    { a: 0.12, b: 4, c: 1.1 },
  ]) {
    const found = fitPowerLaw(pointsOf(law));
    expect(found.a).toBeCloseTo(law.a, 5);
    expect(found.b).toBeCloseTo(law.b, 3);
    expect(found.c).toBeCloseTo(law.c, 4);
  }
});

test('it goes through points on any law within its bounds, and on to twice the images', () => {
  fc.assert(
    fc.property(laws, law => {
      fc.pre(law.a + law.b * 24 ** -law.c < 1);
      const found = fitPowerLaw(pointsOf(law));
      for (const n of [...sizes, 480]) expect(errorAt(found, n)).toBeCloseTo(errorAt(law, n), 4);
    }),
    { numRuns: 50 },
  );
});

test('equal errors are a flat line, and rising ones too: more images never hurt', () => {
  expect(fitPowerLaw(sizes.map(n => ({ n, error: 0.2 })))).toMatchObject({ b: expect.closeTo(0, 9) });
  const rising = fitPowerLaw(sizes.map((n, i) => ({ n, error: 0.1 + 0.02 * i })));
  expect(rising.b).toBe(0);
  expect(rising.a).toBeCloseTo(0.14, 12);
});

test('no law of a dense grid within the bounds fits better', () => {
  fc.assert(
    fc.property(anyErrors, errors => {
      const points = sizes.map((n, i) => ({ n, error: errors[i] ?? 0 }));
      const found = fitPowerLaw(points);
      expect(found.a).toBeGreaterThanOrEqual(0);
      expect(found.a).toBeLessThanOrEqual(1);
      expect(found.b).toBeGreaterThanOrEqual(0);
      const [least, most] = LAW_BOUNDS.c;
      expect(found.c).toBeGreaterThanOrEqual(least);
      expect(found.c).toBeLessThanOrEqual(most + 1e-9);
      const rest = restOf(found, points);
      for (let a = 0; a <= 1; a += 0.1)
        for (let b = 0; b <= 5; b += 0.5)
          for (let c = least; c <= most; c += 0.15)
            expect(rest).toBeLessThanOrEqual(restOf({ a, b, c }, points) + 1e-9);
    }),
    { numRuns: 10 },
  );
});

test('the fit of many sets at once is that of each, but for the step of its exponents', () => {
  const lawOf = lawFitter(sizes);
  fc.assert(
    fc.property(anyErrors, errors => {
      const points = sizes.map((n, i) => ({ n, error: errors[i] ?? 0 }));
      expect(restOf(lawOf(errors), points)).toBeGreaterThanOrEqual(restOf(fitPowerLaw(points), points) - 1e-12);
      expect(restOf(lawOf(errors), points)).toBeLessThanOrEqual(restOf(fitPowerLaw(points), points) + 1e-3);
    }),
    { numRuns: 50 },
  );
});

test('the order of the points is no matter', () => {
  const points = pointsOf({ a: 0.1, b: 0.8, c: 0.4 });
  const turned = fitPowerLaw([...points].reverse());
  expect(turned.c).toBeCloseTo(fitPowerLaw(points).c, 6);
});

test('two sizes are too few', () => {
  expect(() => fitPowerLaw(pointsOf({ a: 0, b: 1, c: 0.5 }, [10, 10, 20]))).toThrow(/2 sizes are too few/);
});
