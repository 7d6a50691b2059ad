import { expect, test } from 'vitest';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { EpochRecord, RunState } from '../../protocol/run.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { type FakeWorker, fakeWorker } from '../../testing/fake-worker.ts';
import { createStudio } from '../create-studio.ts';
import { recovers } from './recovery.ts';
import { newRun } from './run-events.ts';

const dataset = datasetOf(['A', 'B'], { size: 64 });
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [] };
const start = { runId: 'r', settings: defaultSettings, dataset, split };
const record = { epoch: 1, learningRate: 1, seconds: 1, imagesPerSecond: 1 };
const epoch = { ...record, loss: 1, dice: 1, accuracy: 1, valLoss: 1, valDice: 1, valAccuracy: 1 } as EpochRecord;
const device = {
  engine: 'webgpu',
  vendor: 'v',
  architecture: 'a',
  description: 'd',
  features: [],
  fallback: false,
  maxBufferBytes: 1,
};

/** A studio with a run under way in a training worker that answers as told, and keeps note of what it was asked. */
function underWay(kept: number) {
  const asked: string[] = [];
  const workers: FakeWorker[] = [];
  const answers: Record<string, unknown> = {
    'device.choose': device,
    'device.estimate': null,
    'library.lastData': null,
    'library.keptReview': null,
    'library.listModels': [],
    'library.storagePlace': 'disk',
    'library.listRuns': { runs: [], unreadable: 0 },
    'run.unfinished': {
      runs:
        kept > 0
          ? [{ run: start, savedAt: 1, epochs: [epoch], step: 0, bestEpoch: 1, stopped: false, masks: [[]] }]
          : [],
      ...{ elsewhere: 0, unreadable: 0 },
    },
  };
  const training = (): FakeWorker => {
    const worker = fakeWorker(command => {
      // The list of runs is looked at after each, and the data set in use remembered; neither decides anything.
      if (!['library.listRuns', 'library.rememberData', 'library.keptReview'].includes(command)) asked.push(command);
      return answers[command];
    });
    workers.push(worker);
    return worker;
  };
  const event = (value: object) => workers.at(-1)?.say({ kind: 'event', event: { runId: 'r', ...value } });
  const studio = createStudio({
    starters: {
      training,
      ingest: () => {
        throw new Error('no images are read here');
      },
    },
  });
  const begin = async (state: RunState) => {
    await studio.getState().open();
    studio.setState({ run: newRun(start, null), dataset, currentSplit: split });
    event({ type: 'state', state });
    if (kept > 0) {
      event({ type: 'epoch', record: epoch, masks: [], levels: [], dice: [], best: true });
      event({ type: 'kept', epoch: kept, step: 0 });
    }
    asked.splice(0);
  };
  const fail = async (code: ErrorCode) => {
    event({ type: 'state', state: 'failed' });
    event({ type: 'failed', error: { code, happened: 'It failed', remedy: 'do this' } });
    await new Promise(resolve => setTimeout(resolve, 20));
  };
  const problems = () => studio.getState().problems.map(({ error }) => `${error.happened}: ${error.remedy}`);
  return { studio, asked, answers, workers, begin, fail, problems };
}

test('a lost device: the run goes on in the same worker from what was kept, and says so', async () => {
  const { studio, asked, workers, begin, fail, problems } = underWay(1);
  await begin('running');
  await fail('device-lost');
  expect(asked.filter(command => command !== 'device.estimate')).toEqual([
    'device.choose',
    'run.unfinished',
    'run.continue',
  ]);
  expect(workers).toHaveLength(1);
  expect(problems()).toEqual(['It failed: the run goes on by itself after epoch 1']);
  expect(studio.getState().run).toMatchObject({ state: 'preparing', keptEpoch: 1, recoveredAt: 1 });
  // The same failure before another epoch is kept: it would only come again.
  asked.splice(0);
  await fail('device-lost');
  expect(asked).toEqual(['run.unfinished']);
  expect(problems().at(-1)).toBe('It failed: do this');
  expect(studio.getState().run?.state).toBe('failed');
});

test('a GPU that hangs: the run goes on in another worker', async () => {
  const { asked, workers, begin, fail } = underWay(1);
  await begin('running');
  await fail('device-hung');
  expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  expect(asked.filter(command => command !== 'device.estimate')).toEqual([
    'device.choose',
    'run.unfinished',
    'run.continue',
  ]);
});

test('a worker that ends: the run goes on in another one', async () => {
  const { studio, asked, workers, begin, problems } = underWay(1);
  await begin('running');
  workers[0]?.onerror?.({ message: 'boom' } as ErrorEvent);
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(workers).toHaveLength(2);
  expect(asked.filter(command => command !== 'device.estimate')).toEqual([
    'device.choose',
    'run.unfinished',
    'run.continue',
  ]);
  expect(problems()).toEqual(['A background worker ended (boom): the run goes on by itself after epoch 1']);
  expect(studio.getState().run?.state).toBe('preparing');
});

test('before its first epoch a run starts again', async () => {
  const { studio, asked, begin, fail } = underWay(0);
  await begin('preparing');
  await fail('device-lost');
  expect(asked.filter(command => command !== 'device.estimate')).toEqual(['device.choose', 'run.start']);
  expect(studio.getState().run).toMatchObject({ id: 'r', state: 'preparing', recoveredAt: 0 });
});

test('memory that does not hold a batch: the run starts again with half of it, as long as there is one', async () => {
  const { studio, asked, begin, fail, problems } = underWay(0);
  await begin('preparing');
  studio.setState(({ run }) => ({ run: run && { ...run, settings: { ...run.settings, batch: 3 } } }));
  await fail('out-of-memory');
  expect(asked.filter(command => command !== 'device.estimate')).toEqual(['run.start']);
  expect(studio.getState().run).toMatchObject({ id: 'r', state: 'preparing', settings: { batch: 1 } });
  expect(studio.getState().settings.batch).toBe(1);
  expect(problems()).toEqual(['It failed: the run starts again with batches of 1']);
  await fail('out-of-memory');
  expect(problems().at(-1)).toBe('It failed: do this');
  expect(studio.getState().run?.state).toBe('failed');
});

test('a paused run, and other failures, are left to the person', async () => {
  const paused = underWay(1);
  await paused.begin('paused');
  await paused.fail('device-lost');
  expect(paused.asked).toEqual(['run.unfinished']);
  const broken = underWay(1);
  await broken.begin('running');
  await broken.fail('not-finite');
  expect(broken.asked).toEqual(['run.unfinished']);
  expect(broken.problems()).toEqual(['It failed: do this']);
});

test('a stopped run is offered again; a discard is taken back until another run begins', async () => {
  const { studio, asked, begin, workers } = underWay(1);
  await begin('running');
  workers[0]?.say({ kind: 'event', event: { runId: 'r', type: 'state', state: 'done', stopped: true } });
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(asked).toEqual(['run.unfinished']);
  expect(studio.getState().run).toMatchObject({ state: 'done', stopped: true });
  const { discardRun, restoreDiscarded, startTraining } = studio.getState();
  expect(restoreDiscarded.refusal(studio.getState())).not.toBeNull();
  await discardRun('r');
  expect(studio.getState().discarded?.run.runId).toBe('r');
  await restoreDiscarded();
  expect(studio.getState().discarded).toBeNull();
  expect(asked.slice(1)).toEqual(['run.discard', 'run.unfinished', 'run.restore', 'run.unfinished']);
  await discardRun('r');
  studio.getState().changeSettings({ size: 64 });
  await startTraining();
  expect(studio.getState().discarded).toBeNull();
  expect(restoreDiscarded.refusal(studio.getState())).not.toBeNull();
});

test('finished epochs of which none could be kept are not begun again', () => {
  const run = { ...newRun(start, null), epochs: [epoch] };
  expect(recovers(run, 'running', 'device-lost')).toBe(false);
  expect(recovers({ ...run, keptEpoch: 1 }, 'running', 'device-lost')).toBe(true);
});

test('a batch that is known not to fit: the run starts with the largest that does, and says so', async () => {
  const { studio, asked, answers, problems } = underWay(0);
  await studio.getState().open();
  answers['device.estimate'] = {
    bytes: 1,
    largestBuffer: 9,
    allowed: 5,
    allowedTotal: null,
    fits: false,
    largestBatch: 5,
  };
  studio.setState({ dataset, currentSplit: split });
  studio.getState().changeSettings({ size: 64, batch: 8 });
  await studio.getState().startTraining();
  expect(asked).toContain('run.start');
  expect(problems()).toEqual([
    'Batches of 8 at 64 × 64 do not fit into this GPU’s memory: the run starts with batches of 5, the largest that fits',
  ]);
  expect(studio.getState().run?.settings.batch).toBe(5);
  expect(studio.getState().settings.batch).toBe(5);
});
