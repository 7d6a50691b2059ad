import { expect, test } from 'vitest';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { ImageScore } from '../../protocol/scores.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { keptRunOf } from '../../testing/gallery/made-up.ts';
import {
  crossValidationAtHand,
  crossValidationsIn,
  foldSpread,
  foldsDone,
  heldOutScores,
  unfinishedFolds,
} from './cross-validation.ts';

const scoreOf = (id: string, dice: number) =>
  ({ id, dice, jaccard: dice, sensitivity: 1, specificity: 1, accuracy: 1 }) satisfies ImageScore;

const figures = {
  ...{
    threshold: 0.5,
    medianDice: 0.6,
    minDice: 0.1,
    shareBelow08: 0.5,
    meanJaccard: 0.5,
    meanThresholdedJaccard: 0.4,
  },
  ...{ sensitivity: 0.9, specificity: 0.9, accuracy: 0.9 },
};

function foldRun(id: string, index: number, scores?: Record<string, number>, hash = 'h'): KeptRun {
  const { split, dataset, ...rest } = keptRunOf(`fold ${index}`);
  const images = Object.entries(scores ?? {}).map(([name, dice]) => scoreOf(name, dice));
  const meanDice = images.reduce((sum, { dice }) => sum + dice, 0) / images.length;
  return {
    ...rest,
    dataset: { ...dataset, hash },
    split: { ...split, fold: { id, index, of: 3 } },
    test: scores ? { ...figures, meanDice, images } : null,
  };
}

const done = [foldRun('a', 1, { C: 0.9, D: 0.3 }), foldRun('a', 0, { A: 0.5, B: 0.7 })];
const other = foldRun('b', 0, { A: 0.1 }, 'other');

test('folds are gathered by their cross-validation, the newest first', () => {
  const [first, second] = crossValidationsIn([...done, keptRunOf('no fold'), other]);
  expect(first).toMatchObject({ id: 'a', of: 3, folds: [done[1], done[0], null] });
  expect(second).toMatchObject({ id: 'b', folds: [other, null, null] });
  expect(first && foldsDone(first)).toBe(2);
});

test('of two runs of one fold the scored one counts', () => {
  const cut = foldRun('a', 1);
  for (const runs of [
    [cut, ...done],
    [...done, cut],
  ])
    expect(crossValidationsIn(runs)[0]?.folds[1]).toBe(done[0]);
});

test('held-out scores come worst first, each with its fold, and the spread is over folds', () => {
  const [found] = crossValidationsIn(done);
  if (!found) throw new Error('not found');
  expect(heldOutScores(found).map(({ id, dice, fold }) => [id, dice, fold])).toEqual([
    ['D', 0.3, 1],
    ['A', 0.5, 0],
    ['B', 0.7, 0],
    ['C', 0.9, 1],
  ]);
  // 0.6 and 0.6.
  expect(foldSpread(found)?.mean).toBeCloseTo(0.6, 12);
  expect(foldSpread(found)?.deviation).toBeCloseTo(0, 12);
  const [one] = crossValidationsIn([foldRun('c', 0, { A: 0.5 })]);
  expect(one && foldSpread(one)).toEqual({ mean: 0.5, deviation: null });
  const [none] = crossValidationsIn([foldRun('c', 0)]);
  expect(none && foldSpread(none)).toBeNull();
});

test('the one at hand is of the data set with its present masks', () => {
  const keptRuns = { runs: [other, ...done], unreadable: 0 };
  const state = { keptRuns, crossValidation: null, dataset: datasetOf(['A', 'B', 'C', 'D']) };
  expect(crossValidationAtHand(state)?.id).toBe('a');
  expect(unfinishedFolds(state)?.id).toBe('a');
  expect(crossValidationAtHand({ ...state, dataset: datasetOf(['A'], { hash: 'new' }) })).toBeNull();
  const whole = [...done, foldRun('a', 2, { E: 0.4 })];
  expect(unfinishedFolds({ ...state, keptRuns: { runs: whole, unreadable: 0 } })).toBeNull();
});
