import { expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { bandAt, type CurvePoint, covarianceOfMeans, fitCurve, gainBetween } from './learning-curve.ts';
import { errorAt } from './power-law.ts';

const sizes = [24, 48, 96, 192, 240];
const law = { a: 0.08, b: 0.9, c: 0.5 };
const exact = sizes.map(n => ({ n, error: errorAt(law, n) }));

/** Runs whose tested images share their difficulty, each run off the law by its own training noise. */
function simulated(key: number, { images = 60, training = 0.008, of = law } = {}): CurvePoint[] {
  const random = randomStream(7, key);
  const hard = Array.from({ length: images }, () => 0.1 * random.normal());
  return sizes.map(n => {
    const off = errorAt(of, n) + training * random.normal();
    const errors = hard.map(own => off + own + 0.03 * random.normal());
    return { n, error: errors.reduce((sum, value) => sum + value, 0) / images, images: errors };
  });
}

test('without any noise the band is the law', () => {
  const fit = fitCurve(exact)!;
  for (const n of [24, 240, 480]) {
    const { low, high } = bandAt(fit, n);
    expect(low).toBeCloseTo(errorAt(law, n), 2);
    expect(high - low).toBeLessThan(1e-3);
  }
  const { gain } = gainBetween(fit, 240, 480);
  expect(gain).toBeCloseTo(errorAt(law, 240) - errorAt(law, 480), 5);
});

test('three sizes tell nothing of how well they fit', () => {
  expect(fitCurve(exact.slice(0, 3))).toBeNull();
  expect(fitCurve([...exact.slice(0, 3), exact[0]!])).toBeNull();
});

test('the covariance is that of the means of paired images', () => {
  const [a, b] = [
    [0.1, 0.2, 0.3],
    [0.3, 0.2, 0.1],
  ];
  const found = covarianceOfMeans([{ images: a! }, { images: b! }]);
  // Variance 0.01 of three images, so 0.01 / 3 of their mean; the second is the first turned round.
  expect(found[0]![0]).toBeCloseTo(0.01 / 3, 12);
  expect(found[0]![1]).toBeCloseTo(-0.01 / 3, 12);
  expect(covarianceOfMeans([{ images: a! }, {}])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('the band holds the law it was drawn from, and the gain of twice the images', () => {
  const runs = process.env.LONG ? 1000 : 40;
  let [inBand, inGain] = [0, 0];
  for (let key = 0; key < runs; key++) {
    const fit = fitCurve(simulated(key), 300)!;
    const band = bandAt(fit, 480);
    const at = errorAt(law, 480);
    if (band.low <= at && at <= band.high) inBand++;
    const gain = gainBetween(fit, 240, 480);
    const truth = errorAt(law, 240) - at;
    if (gain.low <= truth && truth <= gain.high) inGain++;
  }
  expect(inBand / runs).toBeGreaterThan(0.93);
  expect(inGain / runs).toBeGreaterThan(0.93);
});

test('where images add nothing, a gain is rarely claimed', () => {
  const runs = process.env.LONG ? 1000 : 40;
  let claimed = 0;
  for (let key = 0; key < runs; key++) {
    const fit = fitCurve(simulated(key, { of: { a: 0.15, b: 0, c: 0.5 } }), 300)!;
    if (gainBetween(fit, 240, 480).low > 0.0005) claimed++;
  }
  expect(claimed / runs).toBeLessThan(0.05);
});

test('the same points give the same draws', () => {
  expect(fitCurve(simulated(3))).toEqual(fitCurve(simulated(3)));
});
