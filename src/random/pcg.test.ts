import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropoutKeeps, hash, pcg, permutation, randomStream, toUnit } from './pcg.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });

/** The paper's formula in whole numbers of any size. */
function exactPcg(value: number): number {
  const mask = (1n << 32n) - 1n;
  const state = (BigInt(value) * 747796405n + 2891336453n) & mask;
  const mixed = (((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n) & mask;
  return Number((mixed >> 22n) ^ mixed);
}

/** Σ (observed − expected)² / expected over equal bins. */
function chiSquare(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('pcg is the published formula on every 32-bit value', () => {
  fc.assert(
    fc.property(word, value => {
      expect(pcg(value)).toBe(exactPcg(value));
    }),
    { numRuns: 2000 },
  );
  for (const edge of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) expect(pcg(edge)).toBe(exactPcg(edge));
});

test('no two of 100,000 neighbours collide: pcg is a bijection', () => {
  expect(new Set(Array.from({ length: 100_000 }, (_, i) => pcg(i))).size).toBe(100_000);
});

test('hash depends on every key and on their order', () => {
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(hash(a, b, c)).toBe(exactPcg((c + exactPcg((b + exactPcg(a)) % 2 ** 32)) % 2 ** 32));
      if (b !== c) expect(hash(a, b)).not.toBe(hash(a, c));
    }),
  );
  expect(hash(1, 2)).not.toBe(hash(2, 1));
});

test('units lie in [0, 1) and fill it evenly', () => {
  expect(toUnit(0xffffffff)).toBeLessThan(1);
  expect(toUnit(0)).toBe(0);
  const random = randomStream(3, 1);
  const bins = new Array(64).fill(0);
  for (let i = 0; i < 64_000; i++) bins[Math.floor(random.unit() * 64)]++;
  // 63 degrees of freedom: 104 is passed once in a thousand.
  expect(chiSquare(bins)).toBeLessThan(104);
});

test('normals have mean 0, variance 1 and the fourth moment 3', () => {
  const random = randomStream(5);
  const values = Array.from({ length: 50_000 }, () => random.normal());
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  expect(Math.abs(moment(1))).toBeLessThan(0.02);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
  expect(values.every(Number.isFinite)).toBe(true);
});

test('a stream is decided by its keys alone', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), keys => {
      const [one, two] = [randomStream(...keys), randomStream(...keys)];
      for (let i = 0; i < 5; i++) expect(one.below(1000)).toBe(two.below(1000));
    }),
  );
});

test('a permutation has every number once, and again for the same keys', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), word, word, (n, seed, epoch) => {
      const order = permutation(n, seed, epoch);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      expect(permutation(n, seed, epoch)).toEqual(order);
    }),
  );
});

test('every number comes to every place equally often', () => {
  const counts = new Array(25).fill(0);
  for (let epoch = 0; epoch < 10_000; epoch++)
    permutation(5, 1, epoch).forEach((value, place) => {
      counts[place * 5 + value]++;
    });
  // 16 degrees of freedom: 39 is passed once in a thousand.
  expect(chiSquare(counts)).toBeLessThan(39);
});

test('dropout keeps the share it should, and other elements in other steps and layers', () => {
  const mask = (seed: number, step: number, stream: number) =>
    Array.from({ length: 20_000 }, (_, i) => dropoutKeeps(seed, step, stream, i, 0.3));
  const reference = mask(1, 1, 0);
  const share = (kept: boolean[]) => kept.filter(Boolean).length / kept.length;
  expect(Math.abs(share(reference) - 0.7)).toBeLessThan(0.015);
  for (const other of [mask(2, 1, 0), mask(1, 2, 0), mask(1, 1, 1)]) {
    const agreement = share(other.map((kept, i) => kept === reference[i]));
    // Two independent masks agree with 0.7² + 0.3².
    expect(Math.abs(agreement - 0.58)).toBeLessThan(0.02);
  }
  expect(share(Array.from({ length: 100 }, (_, i) => dropoutKeeps(1, 1, 1, i, 0)))).toBe(1);
});
