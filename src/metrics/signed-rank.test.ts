import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { signedRank } from './signed-rank.ts';

/** Slow and plain: ranks by comparing all with all, then every way to set the signs. */
function byEnumeration(differences: readonly number[]): { p: number; variance: number; positive: number } {
  const ranks = differences.flatMap(d => {
    if (d === 0) return [];
    const smaller = differences.filter(other => Math.abs(other) < Math.abs(d)).length;
    const equal = differences.filter(other => Math.abs(other) === Math.abs(d)).length;
    return [{ rank: smaller + (equal + 1) / 2, positive: d > 0 }];
  });
  const total = ranks.reduce((sum, { rank }) => sum + rank, 0);
  const positive = ranks.reduce((sum, { rank, positive }) => sum + (positive ? rank : 0), 0);
  const seen = Math.abs(positive - total / 2);
  let [hits, squares] = [0, 0];
  for (let signs = 0; signs < 2 ** ranks.length; signs++) {
    const sum = ranks.reduce((sum, { rank }, i) => sum + ((signs >> i) & 1 ? rank : 0), 0);
    if (Math.abs(sum - total / 2) >= seen - 1e-9) hits++;
    squares += (sum - total / 2) ** 2;
  }
  return { p: hits / 2 ** ranks.length, variance: squares / 2 ** ranks.length, positive };
}

test('few pairs: as counted over all signs, with ties and zeros too', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 11 }), differences => {
      const found = signedRank(differences);
      const counted = byEnumeration(differences);
      expect(found.exact).toBe(true);
      expect(found.positive).toBe(counted.positive);
      expect(found.p).toBeCloseTo(counted.p, 12);
    }),
    { numRuns: 60 },
  ));

describe('published values', () => {
  test('Darwin’s maize, as in SciPy’s documentation: the smaller sum is 24, p 0.041259765625', () => {
    const found = signedRank([6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]);
    expect(found).toEqual({ pairs: 15, positive: 96, negative: 24, p: 0.041259765625, exact: true });
  });

  test('Hollander and Wolfe’s depression scale, as in R’s wilcox.test: V = 40, one-sided 0.01953125', () => {
    const first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const found = signedRank(first.map((value, i) => value - second[i]!));
    expect([found.positive, found.p]).toEqual([40, 2 * 0.01953125]);
  });

  test.each([
    // The largest smaller sum that is significant at 0.05, two-sided: Wilcoxon's table.
    [6, 0],
    [10, 8],
    [15, 25],
    [20, 52],
    [25, 89],
  ])('%i pairs: a sum of %i is under 0.05, the next is not', (pairs, critical) => {
    const withSum = (sum: number) => {
      let rest = sum;
      const signs: number[] = [];
      for (let rank = pairs; rank > 0; rank--) {
        const negative = rank <= rest;
        if (negative) rest -= rank;
        signs.push(negative ? -rank : rank);
      }
      return signedRank(signs);
    };
    expect(withSum(critical).negative).toBe(critical);
    expect(withSum(critical).p).toBeLessThanOrEqual(0.05);
    expect(withSum(critical + 1).p).toBeGreaterThan(0.05);
  });
});

test('many pairs: the normal approximation is close to the count, and its variance is the true one', () => {
  const random = randomStream(21);
  for (let k = 0; k < 20; k++) {
    const some = Array.from({ length: 40 }, () => random.normal() + 0.2);
    const [counted, approximate] = [signedRank(some), signedRank(some, 0)];
    expect([counted.exact, approximate.exact]).toEqual([true, false]);
    expect(Math.abs(approximate.p - counted.p)).toBeLessThan(0.01);
  }
  // z by the textbook's formula, with ties and zeros: n(n+1)(2n+1)/24 − z(z+1)(2z+1)/24 − Σ(t³−t)/48.
  const coarse = Array.from({ length: 400 }, () => Math.round(3 * random.normal() + 0.4));
  const found = signedRank(coarse);
  const [n, zeros] = [coarse.length, coarse.filter(d => d === 0).length];
  const sizes = new Map<number, number>();
  for (const d of coarse) if (d !== 0) sizes.set(Math.abs(d), (sizes.get(Math.abs(d)) ?? 0) + 1);
  const cubes = [...sizes.values()].reduce((sum, t) => sum + (t ** 3 - t) / 48, 0);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - (zeros * (zeros + 1) * (2 * zeros + 1)) / 24 - cubes;
  const z = Math.abs(found.positive - (found.positive + found.negative) / 2) / Math.sqrt(variance);
  expect(zeros).toBeGreaterThan(10);
  expect(found.p).toBeCloseTo(twoSided(z), 6);
});

/** 2 Φ(−z) by Simpson's rule. */
function twoSided(z: number): number {
  const steps = 4000;
  const width = (12 - z) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = z + i * width;
    sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * Math.exp((-x * x) / 2);
  }
  return (2 * sum * width) / (3 * Math.sqrt(2 * Math.PI));
}

test('no difference is no evidence, and rounding is no difference', () => {
  expect(signedRank([])).toMatchObject({ pairs: 0, p: 1 });
  expect(signedRank([0, 0, 1e-17, -1e-16])).toMatchObject({ pairs: 0, p: 1 });
  expect(signedRank([0.1 + 0.2 - 0.3, 0.5, -0.5])).toMatchObject({ pairs: 2, positive: 2.5, negative: 2.5, p: 1 });
  expect(() => signedRank([Number.NaN])).toThrow(RangeError);
});

test('where neither is better, p is under 0.05 in about one of twenty', () => {
  const random = randomStream(22);
  for (const n of [12, 80]) {
    let hits = 0;
    for (let k = 0; k < 2000; k++) if (signedRank(Array.from({ length: n }, () => random.normal())).p < 0.05) hits++;
    expect(hits / 2000).toBeGreaterThan(0.035);
    expect(hits / 2000).toBeLessThan(0.065);
  }
});
