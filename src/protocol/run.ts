/** What the page may ask of the training worker, and what it says by itself. */
import * as v from 'valibot';
import { datasetSummary, split } from './dataset.ts';
import { errorData } from './errors.ts';
import { preparationFields } from './preparation.ts';
import { inference, tunedThreshold } from './scores.ts';
import { engineChoices, runSettings } from './settings.ts';
import { roomKind } from './storage-cleanup.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const bytes = v.custom<Uint8Array>(value => value instanceof Uint8Array);

export const runStates = ['idle', 'preparing', 'running', 'paused', 'finishing', 'done', 'failed'] as const;
export type RunState = (typeof runStates)[number];

export const deviceReport = v.object({
  /** 'webgpu', 'webgl' or 'cpu', for the report. */
  engine: v.string(),
  vendor: v.string(),
  architecture: v.string(),
  description: v.string(),
  features: v.array(v.string()),
  /** A software adapter: works, slowly. */
  fallback: v.boolean(),
  /** Largest single buffer in bytes, 0 where unknown. */
  maxBufferBytes: v.number(),
  /** WebGPU's limits of the device by name; kept runs of before have none. */
  limits: v.optional(v.record(v.string(), v.number()), {}),
});
export type DeviceReport = v.InferOutput<typeof deviceReport>;

/** What a run of some settings would take of the GPU; sizes in bytes. */
export const memoryEstimate = v.object({
  bytes: whole,
  largestBuffer: whole,
  /** The adapter's limit for one buffer. */
  allowed: whole,
  fits: v.boolean(),
  /** The largest batch that fits; 0 where not even one image does. */
  largestBatch: whole,
});
export type MemoryEstimate = v.InferOutput<typeof memoryEstimate>;

/** Soft loss, and mean over images of the hard Dice and of the pixel accuracy at threshold 0.5. */
const scores = { loss: v.number(), dice: v.number(), accuracy: v.number() };

/** One training step. */
export const stepRecord = v.object({ epoch: whole, step: whole, ...scores });
export type StepRecord = v.InferOutput<typeof stepRecord>;

/** One epoch, in the report's words. */
export const epochRecord = v.object({
  epoch: whole,
  learningRate: v.number(),
  ...scores,
  valLoss: v.number(),
  valDice: v.number(),
  valAccuracy: v.number(),
  seconds: v.number(),
  imagesPerSecond: v.number(),
});
export type EpochRecord = v.InferOutput<typeof epochRecord>;

/** An image as the page shows it: `image` RGB bytes [S,S,3], `truth` and `prediction` 0/1 [S,S]. */
export const triptych = v.object({
  id: v.string(),
  size: whole,
  image: bytes,
  truth: bytes,
  prediction: v.optional(bytes),
});
export type Triptych = v.InferOutput<typeof triptych>;

/** The weights that test, save and download use: the best epoch's of a run, or a loaded model's. */
export const modelInfo = v.object({
  arch: runSettings.entries.arch,
  filters: whole,
  ...preparationFields,
  crossEntropy: v.number(),
  /** Where it comes from, for people: 'this run, epoch 7' or the saved name. */
  origin: v.string(),
  /** The run that made it, where that run is this worker's. */
  runId: v.optional(v.string()),
  /** The run of the list of runs that it belongs to. */
  keptRun: v.optional(v.string()),
  parameters: whole,
  bestEpoch: v.optional(whole),
  valDice: v.optional(v.number()),
  /** Thresholds that were found on validation images, by how predictions are refined. */
  thresholds: v.optional(v.array(tunedThreshold)),
});
export type ModelInfo = v.InferOutput<typeof modelInfo>;

export const savedModel = v.object({
  name: v.string(),
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  bytes: v.number(),
  arch: v.string(),
  filters: v.optional(whole),
  size: v.optional(whole),
  valDice: v.optional(v.number()),
});
export type SavedModel = v.InferOutput<typeof savedModel>;

/** What a run is made of besides its data; the run's id comes back with each of its events. */
export const startRun = v.object({
  runId: v.string(),
  settings: runSettings,
  dataset: datasetSummary,
  split,
  /** The origin of the model whose weights it begins with; without it they are drawn by the seed. */
  startedFrom: v.optional(v.string()),
});
export type StartRun = v.InferOutput<typeof startRun>;

/** A run that ended before its last epoch, as far as its newest checkpoint tells. */
export const unfinishedRun = v.object({
  run: startRun,
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  epochs: v.array(epochRecord),
  /** Steps done of the epoch that follows. */
  step: whole,
  bestEpoch: v.nullable(whole),
  /** The samples' predicted masks by epoch, as in the epochs' events. */
  masks: v.array(v.array(bytes)),
});
export type UnfinishedRun = v.InferOutput<typeof unfinishedRun>;

export const unfinishedRuns = v.object({
  /** The newest first. */
  runs: v.array(unfinishedRun),
  /** Runs that go on in other tabs. */
  elsewhere: whole,
  /** Runs of which nothing can be read: of another version of the page, or damaged. They are left as they are. */
  unreadable: whole,
});
export type UnfinishedRuns = v.InferOutput<typeof unfinishedRuns>;

export const outline = v.object({
  /** 8-bit grey, of the image's own sides. */
  png: v.instance(Uint8Array<ArrayBuffer>),
  /** Of the image's area that is lesion, 0 to 1. */
  share: v.number(),
  /** 0/1 [S,S]. */
  mask: v.instance(Uint8Array<ArrayBuffer>),
});
export type Outline = v.InferOutput<typeof outline>;

/** A training pair as it is and in some of its augmentations: images [S,S,3], masks [S,S] of 0 or 1. */
export const augmentedPair = v.object({
  id: v.string(),
  size: whole,
  views: v.array(v.object({ image: bytes, mask: bytes })),
});
export type AugmentedPair = v.InferOutput<typeof augmentedPair>;

/** tfjs's layers model as a zip, ONNX, or weights alone as safetensors. */
export const modelFormats = ['layers', 'onnx', 'safetensors'] as const;
export type ModelFormat = (typeof modelFormats)[number];

export const trainingCommand = v.variant('type', [
  /** Finds the device; the choice holds until the next one. → DeviceReport */
  v.object({ type: v.literal('device'), engine: v.picklist(engineChoices) }),
  /** → MemoryEstimate, or null where the engine cannot tell */
  v.object({ type: v.literal('estimate'), settings: runSettings }),
  /** → null once the run is preparing; the rest comes as events. */
  v.object({ type: v.literal('start'), run: startRun }),
  /** → UnfinishedRuns */
  v.object({ type: v.literal('unfinished') }),
  /** Goes on with an unfinished run from its newest checkpoint. → null once it is preparing */
  v.object({ type: v.literal('continue'), runId: v.string() }),
  /** → null */
  v.object({ type: v.literal('discard'), runId: v.string() }),
  v.object({ type: v.literal('room') }),
  /** → StoragePlace */
  v.object({ type: v.literal('storagePlace') }),
  v.object({ type: v.literal('makeRoom'), kinds: v.array(roomKind) }),
  v.object({ type: v.literal('pause') }),
  v.object({ type: v.literal('resume') }),
  /** Ends the run within one step; the best epoch so far is kept. → null */
  v.object({ type: v.literal('stop') }),
  /** Scores the test part of the split, or all pairs, with the current model. → TestOutcome */
  v.object({ type: v.literal('test'), dataset: datasetSummary, split, all: v.boolean(), inference }),
  /** What each refinement gives on the validation part. → InferenceGains */
  v.object({ type: v.literal('gains'), dataset: datasetSummary, split }),
  /** The threshold that is best for the validation part, which the current model then carries. → TunedThreshold */
  v.object({ type: v.literal('tune'), dataset: datasetSummary, split, inference }),
  /** The current model's masks of the images at these places, at their own sides: PNGs as one zip. → Uint8Array */
  v.object({
    type: v.literal('masks'),
    dataset: datasetSummary,
    places: v.array(whole),
    threshold: v.number(),
    inference,
  }),
  /** What the current model makes of an image [S,S,3] in its preparation. → Outline */
  v.object({
    type: v.literal('outline'),
    image: bytes,
    width: whole,
    height: whole,
    threshold: v.number(),
    inference,
  }),
  /** One image of the data set, predicted by the current model at a threshold. → Triptych */
  v.object({ type: v.literal('picture'), dataset: datasetSummary, index: whole, threshold: v.number(), inference }),
  /** What training would make of the pairs at these places in an epoch and the two after it. → AugmentedPair[] */
  v.object({
    type: v.literal('augmented'),
    dataset: datasetSummary,
    places: v.array(whole),
    settings: runSettings,
    epoch: whole,
  }),
  /** → KeptRuns */
  v.object({ type: v.literal('keptRuns') }),
  /** → null */
  v.object({ type: v.literal('describeRun'), runId: v.string(), name: v.string(), note: v.string() }),
  v.object({ type: v.literal('deleteKeptRun'), runId: v.string() }),
  /** Puts the run deleted last back, as long as this worker lives. → null */
  v.object({ type: v.literal('restoreKeptRun') }),
  /** Makes a kept run's best weights the current model. → ModelInfo */
  v.object({ type: v.literal('loadKeptRun'), runId: v.string() }),
  /** One image of the data set, predicted by a kept run's best weights; the current model stays. → Triptych */
  v.object({ type: v.literal('runPicture'), runId: v.string(), dataset: datasetSummary, index: whole }),
  /** → null */
  v.object({ type: v.literal('saveModel'), name: v.string(), overwrite: v.boolean() }),
  /** → SavedModel[] newest first */
  v.object({ type: v.literal('listModels') }),
  v.object({ type: v.literal('renameModel'), name: v.string(), to: v.string() }),
  v.object({ type: v.literal('deleteModel'), name: v.string() }),
  /** Puts the model deleted last back, as long as this worker lives. → null */
  v.object({ type: v.literal('restoreModel') }),
  /** Makes a saved model the current one. → ModelInfo */
  v.object({ type: v.literal('loadModel'), name: v.string() }),
  /** The current model as a zip. → Uint8Array */
  v.object({ type: v.literal('exportModel'), as: v.picklist(modelFormats) }),
  /** A zip, or model.json with weights.bin; makes it the current model. → ModelInfo */
  v.object({ type: v.literal('importModel'), files: v.array(v.instance(File)) }),
]);
export type TrainingCommand = v.InferOutput<typeof trainingCommand>;

export const runProgress = v.object({
  /** What is going on, e.g. 'compile', 'train', 'validate'. */
  phase: v.string(),
  epoch: whole,
  epochs: whole,
  /** Steps done in this epoch, or items done in the phase. */
  step: whole,
  steps: whole,
  imagesPerSecond: v.optional(v.number()),
  secondsLeft: v.optional(v.number()),
  gpuBytes: v.optional(v.number()),
});
export type RunProgress = v.InferOutput<typeof runProgress>;

const run = { runId: v.string() };
export const trainingEvent = v.variant('type', [
  v.object({ type: v.literal('state'), ...run, state: v.picklist(runStates) }),
  v.object({ type: v.literal('progress'), ...run, progress: runProgress }),
  v.object({ type: v.literal('steps'), ...run, steps: v.array(stepRecord) }),
  /** The fixed validation images, once at the start of a run (without predictions). */
  v.object({ type: v.literal('samples'), ...run, samples: v.array(triptych) }),
  /** After an epoch: its record and the samples' predicted masks, 0/1 [S,S] each, in the samples' order. */
  v.object({ type: v.literal('epoch'), ...run, record: epochRecord, masks: v.array(bytes), best: v.boolean() }),
  /** The current model changed: another best epoch, a loaded model, or none. */
  v.object({ type: v.literal('model'), model: v.nullable(modelInfo) }),
  /** Progress of scoring the test split. */
  v.object({ type: v.literal('testing'), done: whole, total: whole, secondsLeft: v.optional(v.number()) }),
  /** All up to this epoch, and these steps of the next, is written down: a reload goes on from there. */
  v.object({ type: v.literal('kept'), ...run, epoch: whole, step: whole }),
  v.object({ type: v.literal('failed'), ...run, error: errorData }),
  /** Something went wrong that the run survives. */
  v.object({ type: v.literal('warning'), ...run, error: errorData }),
  v.object({ type: v.literal('device'), device: deviceReport }),
]);
export type TrainingEvent = v.InferOutput<typeof trainingEvent>;
