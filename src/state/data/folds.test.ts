import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datasetOf } from '../../testing/dataset.ts';
import { splitOfFold } from './folds.ts';

const usual = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 } };
const sorted = (places: readonly number[]) => [...places].sort((a, b) => a - b);

function pairs(groups: readonly number[], lesionShares?: readonly number[]) {
  const ids = groups.map((_, i) => `I${i}`);
  return datasetOf(ids, { groups: [...groups], ...(lesionShares && { lesionShares: [...lesionShares] }) });
}

function foldsOf(dataset: ReturnType<typeof pairs>, of: number, seed = 1) {
  return Array.from({ length: of }, (_, index) => splitOfFold(dataset, { id: 'c', index, of }, { ...usual, seed }));
}

const cases = fc.integer({ min: 2, max: 10 }).chain(of =>
  fc.record({
    of: fc.constant(of),
    seed: fc.nat(1000),
    groups: fc
      .array(fc.nat(40), { minLength: 12, maxLength: 90 })
      .filter(groups => new Set(groups).size >= Math.max(of, 4)),
  }),
);

test('each pair is held out once, parts are disjoint and whole, and no group is divided', () => {
  fc.assert(
    fc.property(cases, ({ of, seed, groups }) => {
      const folds = foldsOf(pairs(groups), of, seed);
      const all = groups.map((_, place) => place);
      expect(sorted(folds.flatMap(({ test }) => test))).toEqual(all);
      for (const { train, validation, test } of folds) {
        expect(sorted([...train, ...validation, ...test])).toEqual(all);
        for (const part of [train, validation, test]) {
          expect(part.length).toBeGreaterThan(0);
          const inside = new Set(part);
          for (const place of part)
            for (const other of all) if (groups[other] === groups[place]) expect(inside.has(other)).toBe(true);
        }
      }
      expect(folds).toEqual(foldsOf(pairs(groups), of, seed));
    }),
    { numRuns: 100 },
  );
});

test('folds of single images differ by one at most, and validation is its share of the rest', () => {
  const folds = foldsOf(pairs(Array.from({ length: 103 }, (_, i) => i)), 5);
  expect(folds.map(({ test }) => test.length).sort()).toEqual([20, 20, 21, 21, 21]);
  for (const { train, validation } of folds)
    expect(validation.length / (train.length + validation.length)).toBeCloseTo(1 / 9, 1);
});

test('folds are alike in lesion size', () => {
  const n = 100;
  // Ten large lesions: by chance a fold of twenty would have none of them one time in ten.
  const shares = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 0.8 : 0.1 + i / 10_000));
  for (let seed = 0; seed < 20; seed++)
    for (const { test } of foldsOf(
      pairs(
        shares.map((_, i) => i),
        shares,
      ),
      5,
      seed,
    ))
      expect(test.filter(place => shares[place] === 0.8)).toHaveLength(2);
});

test('another seed deals otherwise', () => {
  const dataset = pairs(Array.from({ length: 40 }, (_, i) => i));
  expect(sorted(foldsOf(dataset, 4, 1)[0]?.test ?? [])).not.toEqual(sorted(foldsOf(dataset, 4, 2)[0]?.test ?? []));
});

test('what is kept aside is in no fold, and the rest is divided as before', () => {
  const dataset = pairs(Array.from({ length: 40 }, (_, i) => i));
  const aside = [3, 14, 15, 9];
  const folds = Array.from({ length: 4 }, (_, index) =>
    splitOfFold(dataset, { id: 'c', index, of: 4 }, { ...usual, file: 'split.json', aside }),
  );
  const rest = dataset.groups.filter(place => !aside.includes(place));
  expect(sorted(folds.flatMap(({ test }) => test))).toEqual(rest);
  for (const { train, validation, test, fold, file } of folds) {
    expect(sorted([...train, ...validation, ...test])).toEqual(rest);
    expect(fold).toMatchObject({ aside: true });
    expect(file).toBe('split.json');
  }
  expect(() => splitOfFold(pairs([0, 1, 2, 3]), { id: 'c', index: 0, of: 2 }, { ...usual, aside: [1] })).toThrow(
    /3 images, or groups/,
  );
});

test('folds that cannot be are told', () => {
  const dataset = pairs([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(() => foldsOf(dataset, 5)).toThrow(/4 images, or groups that stay together, cannot be divided into 5 folds/);
  expect(() => foldsOf(dataset, 11)).toThrow(/11 folds cannot be made/);
  expect(() => foldsOf(pairs([0, 1, 2]), 2)).toThrow(/cannot be divided into 2 folds/);
});
