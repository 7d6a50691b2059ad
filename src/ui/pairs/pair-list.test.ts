import { expect, test } from 'vitest';
import { datasetOf } from '../../testing/dataset.ts';
import { chosenPairs, everyPair, isFlagged, type PairFilter, pairRows } from './pair-list.ts';

const read = datasetOf(['a', 'b', 'c', 'd', 'e'], {
  sides: [
    [100, 50],
    [10, 10],
    [100, 50],
    [30, 40],
    [20, 20],
  ],
  lesionShares: [0.2, 0.9996, 0, 0.05049, 0.2],
  meanGreys: [1, 5, 4, 3, 2],
  notices: ['', 'looks inverted', 'empty mask', '', ''],
  alike: [[0, 4]],
});
const used = datasetOf(['a', 'b', 'c', 'e'], { leftOut: ['d'] });
const split = { seed: 1, ratios: { train: 1, validation: 1, test: 1 }, train: [0], validation: [1], test: [3] };
const rows = pairRows(read, used, split);
const chosen = (change: Partial<PairFilter>) => chosenPairs(rows, { ...everyPair, ...change }).map(({ id }) => id);

test('a row knows its part, also where it is left out or in none', () => {
  expect(rows.map(({ part }) => part)).toEqual(['train', 'validation', undefined, 'left out', 'test']);
  expect(rows.map(({ alike }) => alike)).toEqual([['e'], [], [], [], ['a']]);
  expect(rows.filter(isFlagged).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e']);
});

test('each condition leaves what fits it, and all hold together', () => {
  expect(chosen({})).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(chosen({ text: 'B' })).toEqual(['b']);
  expect(chosen({ part: 'left out' })).toEqual(['d']);
  expect(chosen({ part: 'test' })).toEqual(['e']);
  expect(chosen({ kind: 'flagged' })).toEqual(['a', 'b', 'c', 'e']);
  expect(chosen({ kind: 'near-duplicate' })).toEqual(['a', 'e']);
  expect(chosen({ kind: 'looks inverted' })).toEqual(['b']);
  expect(chosen({ side: [20, 40] })).toEqual(['d', 'e']);
  expect(chosen({ kind: 'flagged', share: [null, 20] })).toEqual(['a', 'c', 'e']);
});

test('a share that reads as the bound is within it', () => {
  expect(chosen({ share: [5, 20] })).toEqual(['a', 'd', 'e']);
  expect(chosen({ share: [100, null] })).toEqual(['b']);
});

test('sorted by each figure, equal ones by name', () => {
  expect(chosen({ falling: true })).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(chosen({ order: 'share' })).toEqual(['c', 'd', 'a', 'e', 'b']);
  expect(chosen({ order: 'share', falling: true })).toEqual(['b', 'a', 'e', 'd', 'c']);
  expect(chosen({ order: 'size' })).toEqual(['b', 'e', 'd', 'a', 'c']);
  expect(chosen({ order: 'grey', falling: true })).toEqual(['b', 'c', 'd', 'e', 'a']);
});

test('a data set of an older version of the page says less, and is shown all the same', () => {
  const older = datasetOf(['a', 'b']);
  const known = pairRows(older, older, null);
  expect(chosenPairs(known, everyPair)).toHaveLength(2);
  expect(chosenPairs(known, { ...everyPair, share: [0, 100] })).toHaveLength(0);
});
