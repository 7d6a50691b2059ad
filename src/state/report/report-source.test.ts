import { expect, test } from 'vitest';
import type { Split } from '../../protocol/dataset.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import type { TestOutcome, TestResult } from '../../protocol/scores.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { createStudio } from '../create-studio.ts';
import { noResults } from '../inference/results.ts';
import { newRun } from '../run/run-events.ts';
import { reportSource } from './report-source.ts';

const noWorkers = { ingest: () => Promise.reject(new Error()), training: () => Promise.reject(new Error()) } as never;
const ids = ['A', 'B', 'C'];
const dataset = datasetOf(ids);
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [2] };
const otherSplit = { ...split, seed: 2, train: [2], test: [0] };
const model: ModelInfo = {
  id: 'm',
  arch: 'improved-unet',
  filters: 4,
  ...{ size: 32, ...plainPreparation },
  origin: 'm.zip',
  parameters: 1,
};
const result = { threshold: 0.5, meanDice: 0.5, images: [] } as unknown as TestResult;
const outcome = { result, levels: new Uint32Array(), validation: null, all: false };
const of = { model: 'm', dataset: 'h' };
/** Results with a test of the model above. */
const tested = (outcome: TestOutcome, split: Split) => ({ results: { ...noResults, test: { of, outcome, split } } });
const run = { ...newRun({ runId: 'r', settings: defaultSettings, dataset, split }, null), bestEpoch: 1 };

function source(changes: object) {
  const studio = createStudio({ starters: noWorkers });
  studio.setState({ dataset, currentSplit: split, ...changes });
  return reportSource(studio.getState());
}

test('a run is reported with the test of its own model', () => {
  const found = source({ run, model: { ...model, runId: 'r' }, ...tested(outcome, split) });
  expect(found).toMatchObject({ split, bestEpoch: 1, test: result });
});

test('the test of a model from elsewhere is not set beside the curves and the split of a run', () => {
  const found = source({ run, model, ...tested(outcome, otherSplit) });
  expect(found).toMatchObject({ split: otherSplit, epochs: [], bestEpoch: null, test: result });
});

test('the scores of all pairs are no test, and a split that was changed since is not the tested one', () => {
  expect(source({ run, model, ...tested({ ...outcome, all: true }, otherSplit) })).toMatchObject({
    ...{ split, test: null },
  });
  expect(source({ model, ...tested(outcome, otherSplit) })).toMatchObject({ split: otherSplit });
  expect(source({ dataset: null })).toBeNull();
});

test('a file too large for a split is refused unread', async () => {
  const studio = createStudio({ starters: noWorkers });
  studio.setState({ dataset, currentSplit: split });
  const file = new File(['{}'], 'archive.zip');
  Object.defineProperty(file, 'size', { value: 2 ** 31 });
  Object.defineProperty(file, 'text', { value: () => Promise.reject(new Error('it was read')) });
  await studio.getState().importSplit(file);
  const { problems, currentSplit } = studio.getState();
  expect(problems.map(({ error }) => error.happened)).toEqual([
    'archive.zip has 2147483648 bytes, more than any split file',
  ]);
  expect(currentSplit).toBe(split);
});

test('with masks cut at the threshold of validation, the report tells the scores there beside those at one half', () => {
  const counts = new Uint32Array(200);
  // Skin: 4 pixels at 0.1, 1 at 0.4. Lesion: 2 at 0.2, 3 at 0.9. The best threshold for the pixels is another matter: it is given.
  for (const [at, count] of [
    [10, 4],
    [40, 1],
    [120, 2],
    [190, 3],
  ] as const)
    counts[at] = count;
  const validation = Array.from({ length: 99 }, (_, place) => (place === 14 ? 0.9 : 0.5));
  const scored = { ...result, images: [{ id: 'C', dice: 0.75 }] } as unknown as TestResult;
  const scoredOutcome = {
    ...outcome,
    result: scored,
    levels: counts,
    validation,
    validationErrors: validation.map(() => 0.1),
  };
  const changes = { model, ...tested(scoredOutcome, split) };
  expect(source(changes)?.test).toBe(scored);
  const found = source({ ...changes, byValidation: true })?.test;
  expect(found).toMatchObject({ threshold: 0.5, meanDice: 0.5, images: scored.images });
  // Above 0.15: 5 lesion pixels found, 1 of skin taken for lesion: 2·5 / (6 + 5).
  expect(found?.validationThreshold).toMatchObject({
    threshold: 0.15,
    sensitivity: 1,
    specificity: 0.8,
    accuracy: 0.9,
  });
  expect(found?.validationThreshold?.meanDice).toBeCloseTo(10 / 11, 12);
  expect(found?.validationThreshold).not.toHaveProperty('images');
  // Without validation images nothing was chosen.
  expect(
    source({ ...changes, ...tested({ ...scoredOutcome, validation: null }, split), byValidation: true })?.test,
  ).toBe(scored);
});
