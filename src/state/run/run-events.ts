/** How the training worker's events change the state: a pure function, so that any history can be replayed in a test. */
import type { DeviceReport } from '../../protocol/device.ts';
import type { RunEvent, StartRun, UnfinishedRun } from '../../protocol/run.ts';
import type { TrainingEvent } from '../../protocol/workers.ts';
import { workKey } from '../device/work-key.ts';
import type { StudioState } from '../studio-state.ts';
import { timingOf } from './estimate.ts';
import { addSnapshot, historyOf } from './prediction-history.ts';
import type { RunView } from './run-view.ts';
import { addSteps, noSteps } from './step-curve.ts';

/** `before`: what a run that goes on already has. */
export function newRun(
  { runId, settings, dataset, split, startedFrom, seenBefore, pinned }: StartRun,
  device: DeviceReport | null,
  before?: Pick<UnfinishedRun, 'epochs' | 'step' | 'bestEpoch' | 'masks'>,
): RunView {
  return {
    id: runId,
    settings,
    dataset,
    split,
    startedFrom,
    seenBefore,
    pinned,
    device,
    state: 'preparing',
    stopped: false,
    progress: null,
    steps: noSteps,
    epochs: before?.epochs ?? [],
    bestEpoch: before?.bestEpoch ?? null,
    keptEpoch: before?.epochs.length ?? 0,
    keptStep: before?.step ?? 0,
    recoveredAt: null,
    samples: [],
    predictions: historyOf(before?.masks ?? []),
  };
}

/** What changes; nothing for an event of another run. */
export function applyTrainingEvent(state: StudioState, event: TrainingEvent): Partial<StudioState> {
  switch (event.type) {
    case 'model':
      return { model: event.model };
    case 'testing':
      return state.testing ? { testing: { done: event.done, total: event.total, secondsLeft: event.secondsLeft } } : {};
    case 'device':
      return {
        device: event.device,
        ...(state.run?.id === event.runId ? { run: { ...state.run, device: event.device } } : {}),
      };
    default: {
      if (!state.run || event.runId !== state.run.id) return {};
      return { run: { ...state.run, ...applyToRun(state.run, event) }, ...timed(state.run, state, event) };
    }
  }
}

/** A run's own epochs tell more of its time than any trial. */
function timed(
  { device, settings, split }: RunView,
  { timings, engine }: StudioState,
  event: Exclude<RunEvent, { type: 'device' }>,
): Pick<Partial<StudioState>, 'timings'> {
  if (event.type !== 'epoch' || !device) return {};
  const size = { train: split.train.length, validation: split.validation.length, batch: settings.batch };
  return { timings: { ...timings, [workKey(device, engine, settings)]: timingOf(event.record, size) } };
}

function applyToRun(run: RunView, event: Exclude<RunEvent, { type: 'device' }>): Partial<RunView> {
  switch (event.type) {
    case 'state':
      return { state: event.state, stopped: event.stopped ?? false };
    case 'progress':
      return { progress: event.progress };
    case 'steps':
      return {
        steps: addSteps(run.steps, event.steps, run.epochs, Math.ceil(run.split.train.length / run.settings.batch)),
      };
    case 'samples':
      return { samples: event.samples };
    case 'epoch': {
      const { record, masks, levels, dice, best } = event;
      const bestEpoch = best ? record.epoch : run.bestEpoch;
      const snapshot = { epochs: record.epoch, part: 0, masks, levels, dice };
      const predictions = addSnapshot(run.predictions, snapshot, bestEpoch);
      return { epochs: [...run.epochs, record], predictions, bestEpoch };
    }
    case 'predictions': {
      const { epoch, step, steps, masks, levels, dice } = event;
      const snapshot = { epochs: epoch - 1, part: step / steps, masks, levels, dice };
      return { predictions: addSnapshot(run.predictions, snapshot, run.bestEpoch) };
    }
    case 'kept':
      return { keptEpoch: event.epoch, keptStep: event.step };
    case 'failed':
      return { state: 'failed' };
    case 'warning':
      return {};
    default:
      throw event satisfies never;
  }
}
