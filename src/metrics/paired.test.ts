import { describe, expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import { finished } from './bootstrap.ts';
import { higher, pairedInSlices, repeated } from './paired.ts';

const paired = (first: readonly number[], second: readonly number[], draws?: number) =>
  finished(pairedInSlices(first, second, draws));

test('the difference of means, seeded, and turned round with the sides', () => {
  const random = randomStream(31);
  const first = Array.from({ length: 60 }, () => random.unit());
  const second = first.map(value => value + 0.02 + 0.05 * random.normal());
  const found = paired(first, second);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(found.images).toBe(60);
  expect(found.difference).toBeCloseTo(mean(second) - mean(first), 12);
  expect(paired(first, second)).toEqual(found);
  const turned = paired(second, first);
  expect(turned.difference).toBeCloseTo(-found.difference, 12);
  expect(turned.interval!.low).toBeCloseTo(-found.interval!.high, 3);
  expect([turned.ranks.positive, turned.ranks.p]).toEqual([found.ranks.negative, found.ranks.p]);
});

test('pairs tell what means alone do not: images differ more than models', () => {
  const random = randomStream(32);
  const first = Array.from({ length: 100 }, () => random.unit());
  const second = first.map(value => value + 0.01 + 0.005 * random.normal());
  const { interval, ranks } = paired(first, second);
  expect(interval!.high - interval!.low).toBeLessThan(0.004);
  expect(higher(interval)).toBe('second');
  expect(ranks.p).toBeLessThan(1e-6);
});

describe('nothing is claimed that the interval does not hold', () => {
  test.each([
    [{ low: 0.001, high: 0.2 }, 'second'],
    [{ low: -0.2, high: -0.001 }, 'first'],
    [{ low: -0.1, high: 0.1 }, 'neither'],
    [{ low: 0, high: 0.1 }, 'neither'],
    [{ low: -0.1, high: 0 }, 'neither'],
    [undefined, 'neither'],
  ] as const)('%o: %s', (interval, told) => expect(higher(interval)).toBe(told));

  test('equal runs, and one image', () => {
    const same = paired([0.3, 0.9, 0.7], [0.3, 0.9, 0.7]);
    expect([same.difference, same.interval, same.ranks.p]).toEqual([0, { low: 0, high: 0 }, 1]);
    expect(higher(same.interval)).toBe('neither');
    expect(paired([0.1], [0.9]).interval).toBeUndefined();
  });
});

test('coverage: of 95 % intervals, 93 to 97 in 100 hold the true difference', () => {
  for (const n of [30, 100, 230]) {
    const random = randomStream(33, n);
    let hits = 0;
    for (let k = 0; k < 1000; k++) {
      // The same images, some of them hard: what one model loses there the other loses less often.
      const first = Array.from({ length: n }, () => 1 - random.unit() ** 3 * 0.6);
      const second = first.map(value => value + 0.03 * random.unit() - 0.005);
      const { interval } = paired(first, second, 599);
      if (interval!.low <= 0.01 && 0.01 <= interval!.high) hits++;
    }
    expect(hits / 1000).toBeGreaterThan(0.93);
    expect(hits / 1000).toBeLessThan(0.97);
  }
});

test('lengths that differ, or none, are an error', () => {
  expect(() => paired([1], [1, 2])).toThrow(RangeError);
  expect(() => paired([], [])).toThrow(RangeError);
});

test('several seeds: mean, spread, and an interval that holds the true mean as often as it says', () => {
  const found = repeated([0.8, 0.82, 0.84]);
  expect(found.mean).toBeCloseTo(0.82, 12);
  expect(found.spread).toBeCloseTo(0.02, 12);
  expect(found.interval.high - found.mean).toBeCloseTo((4.303 * 0.02) / Math.sqrt(3), 12);
  // Two seeds know little, but that no mean Dice is above 1.
  expect(repeated([0.9, 0.93]).interval.high).toBe(1);
  expect(() => repeated([0.8])).toThrow(RangeError);
  const random = randomStream(34);
  for (const n of [2, 3, 6, 10]) {
    let hits = 0;
    for (let k = 0; k < 4000; k++) {
      const { interval } = repeated(Array.from({ length: n }, () => random.normal()));
      if (interval.low <= 0 && 0 <= interval.high) hits++;
    }
    expect(hits / 4000).toBeGreaterThan(0.94);
    expect(hits / 4000).toBeLessThan(0.96);
  }
});
