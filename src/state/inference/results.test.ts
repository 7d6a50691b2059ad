import { expect, test } from 'vitest';
import { AppError } from '../../protocol/errors.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import { PLAIN, type TestResult } from '../../protocol/scores.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { type FakeWorker, fakeWorker } from '../../testing/fake-worker.ts';
import { createStudio } from '../create-studio.ts';
import { gainsOf, outlinesOf, picturesOf, testOf } from './results.ts';

const ids = ['A', 'B', 'C'];
const dataset = datasetOf(ids);
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [2] };
const settings = { ...defaultSettings, size: 32, filters: 4 };
const model: ModelInfo = {
  ...{ id: 'm', arch: 'improved-unet', filters: 4, size: 32, ...plainPreparation },
  ...{ origin: 'm.zip', parameters: 1 },
};
const device = {
  ...{ engine: 'webgpu', vendor: 'v', architecture: 'a', description: 'd' },
  ...{ features: [], fallback: false, maxBufferBytes: 1, limits: {} },
};
const bytes = new Uint8Array(1);
const triptych = { id: 'B', size: 1, image: bytes, truth: bytes };
const of = { model: 'm', dataset: dataset.hash };
const gains = {
  ...{ images: 1, plain: 0.5, threshold: { value: 0.5, dice: 0.5 } },
  ...{ views: 0.5, largest: 0.5, holes: 0.5, together: 0.5 },
};
const results = {
  test: {
    ...{ of, split },
    outcome: {
      result: { images: [] } as unknown as TestResult,
      levels: new Uint32Array(),
      validation: null,
      all: false,
    },
  },
  outlines: { of: { model: 'm' }, made: 1, threshold: 0.5, refinements: PLAIN, images: [], rejected: [] },
  pictures: { of, triptychs: [triptych] },
  gains: { of, validation: split.validation, gains },
};

/** A studio with all results of a loaded model on show, and a training worker that answers as told. */
function shown(answer: (command: string) => unknown = () => undefined) {
  let worker: FakeWorker | undefined;
  const studio = createStudio({
    starters: {
      training: () => {
        worker = fakeWorker(command => (command === 'device.estimate' ? null : answer(command)));
        return worker;
      },
      ingest: () => {
        throw new Error('no images are read here');
      },
    },
  });
  studio.setState({ dataset, currentSplit: split, settings, device, model, results });
  const all = () => {
    const state = studio.getState();
    return [testOf(state), outlinesOf(state), picturesOf(state), gainsOf(state)];
  };
  const event = (value: object) => worker?.say({ kind: 'event', event: value });
  return { studio, all, event, worker: () => worker };
}
const everything = [results.test, results.outlines, results.pictures.triptychs, gains];
const nothing = [null, null, [], null];

const broken = () => {
  throw new AppError('wrong-state', 'It does not start', 'do this');
};

test('a start that fails leaves every result of the model at hand as it was', async () => {
  const { studio, all } = shown(command => (command === 'run.start' ? broken() : undefined));
  await studio.getState().startTraining();
  expect(studio.getState().problems.map(({ error }) => error.happened)).toEqual(['It does not start']);
  expect(studio.getState().run).toBeNull();
  expect(all()).toEqual(everything);
});

test('so does a run that cannot be continued, also where it is of other images', async () => {
  const { studio, all } = shown(command => (command === 'run.continue' ? broken() : undefined));
  const run = {
    runId: 'r',
    settings,
    dataset: datasetOf(ids, { hash: 'other' }),
    split: { ...split, validation: [2] },
  };
  studio.setState({
    unfinished: [{ run, savedAt: 1, epochs: [], step: 1, bestEpoch: null, stopped: false, masks: [] }],
  });
  await studio.getState().continueRun('r');
  expect(studio.getState().problems).toHaveLength(1);
  expect(all()).toEqual(everything);
});

test('a run’s first model takes the results of another from the page, and nothing of them comes back with it', async () => {
  const { studio, all, event } = shown();
  await studio.getState().startTraining();
  const { run } = studio.getState();
  expect(all()).toEqual(everything);
  event({ type: 'model', model: { ...model, id: 'best of the run', runId: run?.id } });
  expect(all()).toEqual(nothing);
});

test('a threshold that was found is the same model’s', () => {
  const { studio, all } = shown();
  studio.setState({ model: { ...model, thresholds: [{ ...PLAIN, value: 0.3, dice: 0.9, images: 1 }] } });
  expect(all()).toEqual(everything);
});

test('results on other images are not shown, but masks of images without any are', () => {
  const { studio, all } = shown();
  studio.setState({ dataset: datasetOf(ids, { hash: 'other' }) });
  expect(all()).toEqual([null, results.outlines, [], null]);
  // The same images at another size.
  studio.setState({ dataset: datasetOf(ids, { size: 64 }) });
  expect(all()).toEqual(everything);
  studio.setState({ currentSplit: { ...split, validation: [0, 1] } });
  expect(gainsOf(studio.getState())).toBeNull();
});

test('a worker that ends takes the model with it, not its scores and masks', async () => {
  const { studio, worker } = shown();
  await studio.getState().startTraining();
  studio.setState({ run: null });
  worker()?.onerror?.({ message: 'boom' } as ErrorEvent);
  const state = studio.getState();
  expect(state.model).toBeNull();
  expect([testOf(state), outlinesOf(state), picturesOf(state)]).toEqual([results.test, results.outlines, []]);
});
