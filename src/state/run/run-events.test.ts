import { expect, test } from 'vitest';
import type { EpochRecord } from '../../protocol/run.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import type { TrainingEvent } from '../../protocol/workers.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { createStudio } from '../create-studio.ts';
import type { StudioState } from '../studio-state.ts';
import { applyTrainingEvent, newRun } from './run-events.ts';

const dataset = datasetOf(['A', 'B']);
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [] };
const record: EpochRecord = {
  epoch: 1,
  learningRate: 1,
  loss: 1,
  dice: 1,
  accuracy: 1,
  valLoss: 1,
  valDice: 1,
  valAccuracy: 1,
  seconds: 1,
  imagesPerSecond: 1,
};

function replay(events: TrainingEvent[]): StudioState {
  const start: StudioState = {
    ...createStudio({ starters: { ingest: none, training: none } }).getState(),
    run: newRun({ runId: 'r', settings: defaultSettings, dataset, split }, null),
  };
  return events.reduce<StudioState>((state, event) => Object.assign(state, applyTrainingEvent(state, event)), start);
}

const none = () => {
  throw new Error('no worker is needed here');
};

test('a run is written down event by event', () => {
  const step = { epoch: 1, step: 1, loss: 0.9, dice: 0.1, accuracy: 0.5, seconds: 1 };
  const mask = Uint8Array.of(1);
  const { run } = replay([
    { type: 'state', runId: 'r', state: 'running' },
    { type: 'steps', runId: 'r', steps: [step] },
    { type: 'predictions', runId: 'r', epoch: 1, step: 1, steps: 2, masks: [mask], levels: [], dice: [0.5] },
    { type: 'epoch', runId: 'r', record, masks: [mask], levels: [], dice: [0.5], best: true },
    { type: 'steps', runId: 'r', steps: [{ ...step, epoch: 2 }] },
    { type: 'epoch', runId: 'r', record: { ...record, epoch: 2 }, masks: [mask], levels: [], dice: [0.5], best: false },
    { type: 'state', runId: 'r', state: 'done' },
  ]);
  expect(run?.state).toBe('done');
  expect(run?.steps.points.map(({ position }) => position)).toEqual([1, 2]);
  expect(run?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const seen = { masks: [mask], levels: [], dice: [0.5] };
  expect(run?.predictions).toEqual([
    { epochs: 0, part: 0.5, ...seen },
    { epochs: 1, part: 0, ...seen },
    { epochs: 2, part: 0, ...seen },
  ]);
  expect(run?.bestEpoch).toBe(1);
});

test('a run that a person ended before its last epoch is done and stopped; going on, it is neither', () => {
  const stop: TrainingEvent = { type: 'state', runId: 'r', state: 'done', stopped: true };
  expect(replay([stop]).run).toMatchObject({ state: 'done', stopped: true });
  expect(replay([stop, { type: 'state', runId: 'r', state: 'preparing' }]).run).toMatchObject({ stopped: false });
});

test('events of another run change nothing', () => {
  expect(replay([{ type: 'state', runId: 'older', state: 'failed' }]).run?.state).toBe('preparing');
});
