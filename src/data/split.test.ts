import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../protocol/errors.ts';
import { splitPairs } from './split.ts';

const usual = { train: 0.8, validation: 0.1, test: 0.1 };
const singles = (n: number) => Array.from({ length: n }, (_, i) => i);

test('2,594 pairs give 2,075, 259 and 260', () => {
  const { train, validation, test: held } = splitPairs(singles(2594), 1, usual);
  expect([train.length, validation.length, held.length]).toEqual([2075, 259, 260]);
});

test.each([10, 11, 15, 19, 100, 101])('%i pairs leave no part empty', n => {
  const split = splitPairs(singles(n), 3, usual);
  expect(split.train.length).toBe(Math.floor((n * 8) / 10));
  expect(split.validation.length).toBe(Math.floor(n / 10));
  expect(split.test.length).toBe(n - split.train.length - split.validation.length);
});

const groups = fc
  .tuple(fc.integer({ min: 10, max: 80 }), fc.integer({ min: 2, max: 60 }))
  .chain(([n, kinds]) => fc.array(fc.nat(kinds), { minLength: n, maxLength: n }));

test('parts are disjoint, complete, the same again, and divide no group', () => {
  fc.assert(
    fc.property(groups, fc.nat(), (list, seed) => {
      const first = attempt(list, seed);
      if (first === undefined) return;
      expect(first).toEqual(attempt(list, seed));
      const parts = [first.train, first.validation, first.test];
      expect(parts.flat().sort((a, b) => a - b)).toEqual(singles(list.length));
      for (const [i, part] of parts.entries())
        for (const [j, other] of parts.entries())
          if (i !== j) for (const place of part) expect(other.some(o => list[o] === list[place])).toBe(false);
      const largest = Math.max(...[...new Set(list)].map(g => list.filter(x => x === g).length));
      // An empty part was filled with a group more.
      expect(Math.abs(first.train.length - Math.floor(list.length * 0.8))).toBeLessThanOrEqual(2 * largest);
    }),
    { numRuns: 200 },
  );
});

function attempt(list: readonly number[], seed: number) {
  try {
    return splitPairs(list, seed, usual);
  } catch (thrown) {
    // Groups too large to fill three parts; anything else is a fault.
    expect(thrown).toMatchObject({ code: 'bad-split' });
    return undefined;
  }
}

test('another seed gives another split; ratios are normalised', () => {
  expect(splitPairs(singles(50), 1, usual).train).not.toEqual(splitPairs(singles(50), 2, usual).train);
  expect(splitPairs(singles(50), 1, { train: 8, validation: 1, test: 1 }).train).toEqual(
    splitPairs(singles(50), 1, usual).train,
  );
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a ratio of %d is refused', ratio => {
  expect(() => splitPairs(singles(20), 1, { ...usual, test: ratio })).toThrow(AppError);
});

test('equal images throughout cannot be divided', () => {
  expect(() => splitPairs(new Array(12).fill(0), 1, usual)).toThrow(/would be empty/);
});

test('as many groups as parts, however large, leave no part empty', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 8 }),
      fc.nat(99),
      (sizes, seed) => {
        const groups = sizes.flatMap((size, group) => Array<number>(size).fill(group));
        const split = splitPairs(groups, seed, { train: 0.8, validation: 0.1, test: 0.1 });
        const partsOf = (['train', 'validation', 'test'] as const).map(
          part => new Set(split[part].map(place => groups[place])),
        );
        expect(partsOf.every(({ size }) => size > 0)).toBe(true);
        expect(partsOf.reduce((sum, { size }) => sum + size, 0)).toBe(sizes.length);
      },
    ),
  );
});
