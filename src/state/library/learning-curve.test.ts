import { expect, test } from 'vitest';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { keptRunOf, outcome } from '../../testing/gallery/made-up.ts';
import { curvePoints, learningCurveAtHand, learningCurvesIn, sizesDone, unfinishedCurve } from './learning-curve.ts';

const shares = [1, 0.4, 0.2, 0.1];

/** A run on 100 · share images; `dice` of its test images, or none. */
function sized(index: number, dice?: Record<string, number>, change: Partial<KeptRun> = {}): KeptRun {
  const { split, dataset, ...rest } = keptRunOf(`size ${index}`);
  const share = shares[index] ?? 0;
  const { result } = outcome();
  const images = Object.entries(dice ?? {}).map(([id, value]) => ({ ...result.images[0]!, id, dice: value }));
  const meanDice = images.reduce((sum, { dice: value }) => sum + value, 0) / images.length;
  return {
    ...rest,
    dataset: { ...dataset, hash: 'h' },
    split: { ...split, train: 100 * share, test: 2, subset: { id: 'c', index, of: 4, share } },
    test: dice ? { ...result, images, meanDice } : null,
    ...change,
  };
}

const tested = [sized(1, { A: 0.8, B: 0.6 }), sized(0, { A: 0.9, B: 0.7, C: 0.8 })];

test('points are by rising size, with the images that all tests have', () => {
  const [found] = learningCurvesIn([...tested, keptRunOf('another')]);
  expect(found).toMatchObject({ id: 'c', of: 4, runs: [tested[1], tested[0], null, null] });
  expect(found && sizesDone(found)).toBe(2);
  const { by, points } = curvePoints(found!);
  expect(by).toBe('test');
  expect(points.map(({ n }) => n)).toEqual([40, 100]);
  expect(points.map(({ error }) => Number(error.toFixed(9)))).toEqual([0.3, 0.2]);
  expect(points.map(({ images }) => images?.map(value => Number(value.toFixed(9))))).toEqual([
    [0.2, 0.4],
    [0.1, 0.3],
  ]);
});

test('where none was tested the best epochs’ validation stands in, of runs that came to their end', () => {
  const runs = [sized(0), sized(1), sized(2, undefined, { state: 'failed' })];
  const { by, points } = curvePoints(learningCurvesIn(runs)[0]!);
  expect(by).toBe('validation');
  expect(points.map(({ n }) => n)).toEqual([40, 100]);
  const best = runs[0]!.epochs.find(({ epoch }) => epoch === runs[0]!.bestEpoch)!;
  expect(points[1]?.error).toBeCloseTo(1 - best.valDice, 12);
  // A mean over tested images and one over others would not be one curve.
  expect(curvePoints(learningCurvesIn([sized(0, { A: 0.9 }), sized(1)])[0]!).points).toHaveLength(1);
});

test('the one at hand is of the data set with its present masks, and goes on until each size is scored', () => {
  const state = { keptRuns: { runs: tested, unreadable: 0 }, learningCurve: null, dataset: datasetOf(['A']) };
  expect(learningCurveAtHand(state)?.id).toBe('c');
  expect(unfinishedCurve(state)?.id).toBe('c');
  expect(learningCurveAtHand({ ...state, dataset: datasetOf(['A'], { hash: 'new' }) })).toBeNull();
  const all = [...tested, sized(2, { A: 0.7 }), sized(3, { A: 0.6 })];
  expect(unfinishedCurve({ ...state, keptRuns: { runs: all, unreadable: 0 } })).toBeNull();
  const untested = shares.map((_, index) => {
    const run = sized(index);
    return { ...run, split: { ...run.split, test: 0 } };
  });
  expect(unfinishedCurve({ ...state, keptRuns: { runs: untested, unreadable: 0 } })).toBeNull();
});
