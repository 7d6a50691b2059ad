import { expect, test } from 'vitest';
import type { Split } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { datasetOf } from '../testing/dataset.ts';
import { readSplit, writeSplit } from './split-file.ts';

const dataset = datasetOf(['A', 'B', 'C', 'D', 'E', '=F'], { groups: [0, 1, 1, 2, 3, 4] });
const split: Split = {
  seed: 7,
  ratios: { train: 0.6, validation: 0.2, test: 0.2 },
  train: [5, 2, 1],
  validation: [0],
  test: [3, 4],
};

function failure(text: string): string {
  try {
    readSplit(text, 'x.json', dataset);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).code).toBe('bad-split');
    return (thrown as AppError).happened;
  }
  throw new Error('it was taken');
}

test('written and read back, order and all', () => {
  const text = writeSplit(dataset, split);
  expect(JSON.parse(text)).toMatchObject({ seed: 7, train: ['=F', 'C', 'B'], dataset: { hash: 'h', pairs: 6 } });
  const read = readSplit(text, 'x.json', dataset);
  expect(read).toMatchObject({ leftOut: 0, divided: 0 });
  const { train, validation, test: held } = split;
  expect(read.split).toMatchObject({ train, validation, test: held, file: 'x.json' });
  // A split that came from a file has no seed to tell.
  expect(JSON.parse(writeSplit(dataset, read.split))).not.toHaveProperty('seed');
});

test('what is left out, and equal images that are divided, are counted', () => {
  const file = { format: 'lesion-studio-split', version: 1, train: ['A', 'B'], validation: ['C'], test: ['D'] };
  expect(readSplit(JSON.stringify(file), 'x.json', dataset)).toMatchObject({ leftOut: 2, divided: 1 });
});

test('refuses what does not fit, in words', () => {
  const file = { format: 'lesion-studio-split', version: 1, train: ['A', 'B'], validation: ['C'], test: ['D'] };
  const change = (changes: object) => failure(JSON.stringify({ ...file, ...changes }));
  expect(failure('id,part\nA,train')).toBe('x.json is no split file of this page');
  expect(failure('')).toBe('x.json is no split file of this page');
  expect(change({ version: 2 })).toBe('x.json is no split file of this page');
  expect(change({ format: 'other' })).toBe('x.json is no split file of this page');
  expect(change({ test: 'D' })).toBe('x.json is no split file of this page');
  expect(change({ test: ['Z'] })).toBe('x.json names Z, which the data set does not have');
  expect(change({ test: ['D', 'A'] })).toBe('x.json has A in both train and test');
  expect(change({ test: ['D', 'D'] })).toBe('x.json has D in test twice');
  expect(change({ validation: [] })).toBe('The part validation of x.json is empty');
});
