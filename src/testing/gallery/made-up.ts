/** Made-up data of a small study, and the store's states that follow from it. Nothing of it was computed by a network. */
import { countLevels, joinLevels, meanDiceByLevel } from '../../metrics/levels.ts';
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import type { DeviceReport } from '../../protocol/device.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import type { EpochRecord, StartRun } from '../../protocol/run.ts';
import type { TestOutcome } from '../../protocol/scores.ts';
import { defaultSettings, type RunSettings } from '../../protocol/settings.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import type { ResultKey } from '../../state/inference/inference-state.ts';
import { noResults } from '../../state/inference/results.ts';
import { historyOf } from '../../state/run/prediction-history.ts';
import { newRun } from '../../state/run/run-events.ts';
import type { RunView } from '../../state/run/run-view.ts';
import type { StudioState } from '../../state/studio-state.ts';

export const SIZE = 48;
const PAIRS = 20;

export const settings: RunSettings = { ...defaultSettings, size: SIZE, filters: 4, batch: 4, epochs: 12 };

export const device: DeviceReport = {
  engine: 'webgpu',
  vendor: 'made-up',
  architecture: 'gallery',
  description: 'Made-up GPU',
  features: ['subgroups', 'timestamp-query'],
  fallback: false,
  maxBufferBytes: 2 ** 31,
  limits: {},
};

const ids = Array.from({ length: PAIRS }, (_, i) => `demo_${String(1 + i).padStart(4, '0')}`);

export const dataset: DatasetSummary = {
  cacheId: 'gallery',
  hash: '0123456789abcdef',
  size: SIZE,
  ...plainPreparation,
  ids,
  groups: ids.map((_, i) => i),
  sides: ids.map(() => [600, 450] as [number, number]),
  rejected: [
    { file: 'demo_0021.jpg', reason: 'has no mask' },
    { file: 'notes/<b>broken</b>.png', reason: 'is cut short' },
  ],
  skipped: 3,
  bytes: PAIRS * SIZE * SIZE * 4,
  source: 'made-up-study.zip',
};

export const split: Split = {
  seed: 1,
  ratios: { train: 0.7, validation: 0.15, test: 0.15 },
  train: ids.map((_, i) => i).slice(0, 14),
  validation: [14, 15, 16],
  test: [17, 18, 19],
};

const start: StartRun = { runId: 'gallery', settings, dataset, split };

/** A disc on skin; `off`: how far the prediction lies from the truth, in pixels. */
function disc(radius: number, off = 0): Uint8Array<ArrayBuffer> {
  const middle = SIZE / 2;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) =>
    Math.hypot((i % SIZE) - middle - off, Math.floor(i / SIZE) - middle) < radius ? 1 : 0,
  );
}

export function picture(number: number, off?: number): Triptych {
  const radius = 9 + 2 * (number % 4);
  const truth = disc(radius);
  const image = Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const shade = (i % 3) * 22 + ((i * 7) % 9);
    return truth[Math.floor(i / 3)] ? 120 - shade : 215 - shade;
  });
  const prediction = off === undefined ? {} : { prediction: disc(radius, off) };
  return { id: ids[number % PAIRS] ?? '', size: SIZE, image, truth, ...prediction };
}

export function epochs(count: number): EpochRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const learned = 1 - 0.75 ** (i + 1);
    return {
      ...{ epoch: i + 1, learningRate: 5e-4 * 0.985 ** i, seconds: 2.4, imagesPerSecond: 5.8 },
      ...{ loss: 0.95 - 0.8 * learned, dice: 0.05 + 0.85 * learned, accuracy: 0.7 + 0.27 * learned },
      ...{ valLoss: 1 - 0.78 * learned, valDice: 0.03 + 0.82 * learned, valAccuracy: 0.68 + 0.26 * learned },
    };
  });
}

/** A run after `done` epochs. */
export function runOf(state: RunView['state'], done: number): RunView {
  const samples = [0, 1, 2, 3].map(number => picture(number));
  return {
    ...newRun(start, device),
    state,
    epochs: epochs(done),
    bestEpoch: done > 0 ? done : null,
    keptEpoch: done,
    samples,
    predictions: historyOf(
      Array.from({ length: done }, (_, i) =>
        samples.map((_, number) => picture(number, Math.max(1, 8 - i)).prediction as Uint8Array),
      ),
    ),
    progress:
      done === settings.epochs
        ? null
        : {
            ...{ phase: 'train', epoch: done + 1, epochs: settings.epochs, step: 2, steps: 4 },
            ...{ imagesPerSecond: 5.8, secondsLeft: 21, gpuBytes: 9.8e6 },
          },
  };
}

export const model: ModelInfo = {
  ...{ id: 'gallery', arch: 'improved-unet', filters: 4, size: SIZE, ...plainPreparation },
  ...{ origin: 'this run, epoch 12', runId: 'gallery', parameters: 200_000, bestEpoch: 12, valDice: 0.824 },
};

const of: ResultKey = { model: model.id, dataset: dataset.hash };

export function outcome(): TestOutcome {
  const pictures = split.test.map((number, i) => picture(number, 2 + 3 * i));
  const levels = pictures.map(({ prediction, truth }) =>
    countLevels(
      Float32Array.from(prediction ?? [], hit => (hit ? 0.9 : 0.1)),
      truth,
    ),
  );
  const images = pictures.map(({ id }, i) => ({
    ...{ id, dice: 0.9 - 0.12 * i, jaccard: 0.82 - 0.17 * i },
    ...{ sensitivity: 0.92 - 0.1 * i, specificity: 0.98, accuracy: 0.96 - 0.03 * i },
  }));
  const result = {
    ...{ threshold: 0.5, meanDice: 0.78, medianDice: 0.78, minDice: 0.66, shareBelow08: 2 / 3, meanJaccard: 0.65 },
    ...{ meanThresholdedJaccard: 0.49, sensitivity: 0.82, specificity: 0.98, accuracy: 0.93, images: images.reverse() },
  };
  return { result, levels: joinLevels(levels.reverse()), validation: meanDiceByLevel(levels), all: false };
}

export function keptRunOf(name: string, changes: Partial<KeptRun> = {}): KeptRun {
  const { hash, source, size } = dataset;
  const parts = { train: split.train.length, validation: split.validation.length, test: split.test.length };
  return {
    ...{ version: 1, id: name, name, note: '', startedAt: 1.8e12, savedAt: 1.8e12 + 60_000, state: 'finished' },
    ...{ settings, dataset: { hash, source, pairs: PAIRS, size }, device, bestEpoch: 12, test: null, bytes: 8e5 },
    split: { seed: split.seed, ratios: split.ratios, ...parts },
    epochs: epochs(12),
    ...changes,
  };
}

/** Two runs that differ in their seed alone, tested on the same images. */
export const twins: readonly [KeptRun, KeptRun] = [twin('first seed', 1, 0), twin('second seed', 2, 0.03)];

function twin(name: string, seed: number, better: number): KeptRun {
  const { result } = outcome();
  const images = Array.from({ length: 30 }, (_, i) => {
    const dice = Math.min(1, 0.62 + ((i * 7) % 30) / 80 + better * (1 + (i % 3)));
    return { ...result.images[0], id: ids[i % PAIRS] + (i < PAIRS ? '' : `-${i}`), dice };
  }) as typeof result.images;
  return keptRunOf(name, { settings: { ...settings, seed }, test: { ...result, images, meanDice: 0.8 + better } });
}

const loaded = { device, settings, dataset, currentSplit: split } satisfies Partial<StudioState>;

/** The page's states, by what somebody would call them. */
export const states = {
  'just opened': { device },
  'without a GPU': { device: null },
  'reading files': { device, ingest: { phase: 'decoding', done: 7, total: PAIRS } },
  'kept from before': { device, lastData: { pairs: PAIRS, source: 'made-up-study.zip' } },
  'data loaded': loaded,
  preparing: { ...loaded, run: { ...runOf('preparing', 0), progress: null } },
  'in its fifth epoch': { ...loaded, run: runOf('running', 4), model },
  paused: { ...loaded, run: runOf('paused', 4), model },
  'run done': { ...loaded, run: runOf('done', 12), model },
  'run failed': { ...loaded, run: runOf('failed', 4), model },
  interrupted: {
    ...loaded,
    unfinished: [{ run: start, savedAt: 1.8e12, epochs: epochs(4), step: 2, bestEpoch: 4, stopped: false, masks: [] }],
    otherRuns: { elsewhere: 1, unreadable: 1 },
  },
  testing: { ...loaded, run: runOf('done', 12), model, testing: { done: 1, total: 3 } },
  tested: {
    ...loaded,
    run: runOf('done', 12),
    model,
    results: { ...noResults, test: { of, outcome: outcome(), split } },
  },
  'models and runs kept': {
    ...loaded,
    model,
    savedModels: [
      { name: 'first try', savedAt: 1.8e12, bytes: 8e5, arch: 'improved-unet', filters: 4, size: SIZE, valDice: 0.82 },
      { name: 'second <i>try</i>', savedAt: 1.8e12, bytes: 8e5, arch: 'basic-unet', filters: 4, size: SIZE },
    ],
    keptRuns: {
      runs: [keptRunOf('plain'), keptRunOf('stopped early', { state: 'stopped', epochs: epochs(3), bestEpoch: 3 })],
      unreadable: 1,
    },
  },
  'two problems': {
    problems: [
      { id: 1, error: { code: 'no-pairs', happened: 'There is no image with a mask in a.zip', remedy: 'add masks' } },
      {
        id: 2,
        error: { code: 'device-lost', happened: 'The graphics device was lost', remedy: 'continue the run' },
      },
    ],
    notices: ['epochs=abc in the address was not used: a whole number from 1 to 1000. Using 30.'],
  },
} as const satisfies Record<string, Partial<StudioState>>;

export type StateName = keyof typeof states;
