import { expect, test } from 'vitest';
import { datasetOf } from '../../testing/dataset.ts';
import { epochs, outcome } from '../../testing/gallery/made-up.ts';
import { claimItems } from './claim.ts';

const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [2] };
const { result } = outcome();
const known = {
  ...{ dataset: datasetOf(['A', 'B', 'C']), split, epochs: epochs(2), test: result, model: null, pictures: [] },
  intervals: { meanDice: [0.7, 0.8] as [number, number] },
};
const item = (number: number, changes: Partial<Parameters<typeof claimItems>[0]> = {}) =>
  claimItems({ ...known, ...changes })[number - 1];

test('the update of 2024 has 44 items, in its order', () => {
  const items = claimItems(known);
  expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, i) => i + 1));
  expect(new Set(items.map(({ about }) => about)).size).toBe(44);
});

test('what no page can know is the person’s, whatever was done', () => {
  for (const number of [3, 5, 11, 14, 16, 18, 33, 36, 40, 44]) expect(item(number)?.where).toBeNull();
});

test('no item is met by what is not there', () => {
  const untested = { test: null, intervals: null };
  for (const number of [28, 29, 32, 37, 38, 39]) {
    expect(item(number)?.where).not.toBeNull();
    expect(item(number, untested)?.where).toBeNull();
  }
  for (const number of [25, 26]) {
    expect(item(number)?.where).not.toBeNull();
    expect(item(number, { epochs: [] })?.where).toBeNull();
  }
  expect(item(30)?.where).toBeNull();
  expect(item(20, { split: { ...split, file: 'mine.json' } })).toMatchObject({ where: null });
});
