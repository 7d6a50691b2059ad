/** A run: what the page may ask of it, and what it says by itself. Every event has its run's id. */
import * as v from 'valibot';
import { type Commands, command } from './contract.ts';
import { datasetSummary, split } from './dataset.ts';
import { deviceReport } from './device.ts';
import { errorData } from './errors.ts';
import { bytes, nothing, whole } from './schemas.ts';
import { seenImages } from './seen-images.ts';
import { runSettings } from './settings.ts';
import { triptych } from './triptych.ts';

export const runStates = ['idle', 'preparing', 'running', 'paused', 'finishing', 'done', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** An active run holds the device and its data set, even while it is paused. */
export function isActive(state: RunState): boolean {
  return state !== 'idle' && state !== 'done' && state !== 'failed';
}

/** Soft loss, and mean over images of the hard Dice and of the pixel accuracy at threshold 0.5. */
const scores = { loss: v.number(), dice: v.number(), accuracy: v.number() };

/** One training step; `seconds`: since its epoch began, pauses left out. */
export const stepRecord = v.object({ epoch: whole, step: whole, seconds: v.number(), ...scores });
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

/** What a run is made of besides its data; the run's id comes back with each of its events. */
export const startRun = v.object({
  runId: v.string(),
  settings: runSettings,
  dataset: datasetSummary,
  split,
  /** The origin of the model whose weights it begins with; without it they are drawn by the seed. */
  startedFrom: v.optional(v.string()),
  /** The images that that model has seen; '' where it does not say. */
  seenBefore: v.optional(v.union([v.literal(''), seenImages])),
  /** Places of images whose predictions are to be shown before others'; those outside the validation part are passed over. */
  pinned: v.optional(v.array(whole)),
});
export type StartRun = v.InferOutput<typeof startRun>;

/** A run that was stopped or cut off before its last epoch, as far as its newest checkpoint tells. */
export const unfinishedRun = v.object({
  run: startRun,
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  epochs: v.array(epochRecord),
  /** Steps done of the epoch that follows. */
  step: whole,
  bestEpoch: v.nullable(whole),
  /** A person stopped it; else the page was closed, or something failed. */
  stopped: v.boolean(),
  /** The samples' predicted masks by epoch, as in the epochs' events; none of some epochs in long runs. */
  masks: v.array(v.array(bytes)),
});
export type UnfinishedRun = v.InferOutput<typeof unfinishedRun>;

export const unfinishedRuns = v.object({
  /** The newest first. */
  runs: v.array(unfinishedRun),
  /** Runs that go on in other tabs. */
  elsewhere: whole,
  /** Runs that cannot be read: from another version of the page, or damaged. They are left as they are. */
  unreadable: whole,
});
export type UnfinishedRuns = v.InferOutput<typeof unfinishedRuns>;

/** A training pair as it is and in some of its augmentations: images [S,S,3], masks [S,S] of 0 or 1. */
export const augmentedPair = v.object({
  id: v.string(),
  size: whole,
  views: v.array(v.object({ image: bytes, mask: bytes })),
});
export type AugmentedPair = v.InferOutput<typeof augmentedPair>;

/** What a step and a prediction took when they were tried on this device. */
export const stepTiming = v.object({
  /** Of a batch. */
  secondsPerStep: v.number(),
  /** Of an image that is only predicted. */
  secondsPerImage: v.number(),
  /** A step took too long to be tried: a smaller image was, and the time grown with the number of pixels. */
  scaled: v.boolean(),
});
export type StepTiming = v.InferOutput<typeof stepTiming>;

const ofRun = v.object({ runId: v.string() });

export const run = {
  /** Answered once the run is preparing; the rest comes as events. */
  start: command({ args: v.object({ run: startRun }), reply: nothing }),
  unfinished: command({ args: nothing, reply: unfinishedRuns }),
  /** Goes on with an unfinished run from its newest checkpoint. Answered once it is preparing. */
  continue: command({ args: ofRun, reply: nothing }),
  /** It is offered no more, and goes for good with the next start of a run or of the page. */
  discard: command({ args: ofRun, reply: nothing }),
  /** Takes a discard back. Throws 'dataset-missing' where the run is gone for good. */
  restore: command({ args: ofRun, reply: nothing }),
  /**
   * Times a few real steps and a prediction at these settings, on noise, and keeps nothing of it. null where it was cut short: by a run,
   * by whatever else needs the device, by another estimate, or by `cancelEstimate`. Refused while a run is going on.
   */
  estimate: command({ args: v.object({ settings: runSettings }), reply: v.nullable(stepTiming) }),
  cancelEstimate: command({ args: nothing, reply: nothing }),
  pause: command({ args: nothing, reply: nothing }),
  resume: command({ args: nothing, reply: nothing }),
  /** Ends the run within one step; the best epoch so far is kept, and a checkpoint, from which `continue` goes on. */
  stop: command({ args: nothing, reply: nothing }),
  /** The pairs at these places as training would augment them in an epoch and the next two. */
  augmented: command({
    args: v.object({ dataset: datasetSummary, places: v.array(whole), settings: runSettings, epoch: whole }),
    reply: v.array(augmentedPair),
  }),
} satisfies Commands;

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

const { runId } = ofRun.entries;
export const runEvent = v.variant('type', [
  /** `stopped`: the run is done before its last epoch, because a person ended it. */
  v.object({ type: v.literal('state'), runId, state: v.picklist(runStates), stopped: v.optional(v.boolean()) }),
  /** What trains this run: known only at its start where a GPU and the CPU could be equally fast. */
  v.object({ type: v.literal('device'), runId, device: deviceReport }),
  v.object({ type: v.literal('progress'), runId, progress: runProgress }),
  v.object({ type: v.literal('steps'), runId, steps: v.array(stepRecord) }),
  /** The fixed validation images, once at the start of a run (without predictions). */
  v.object({ type: v.literal('samples'), runId, samples: v.array(triptych) }),
  /**
   * After an epoch: its record, and of each sample, in their order, the predicted mask, 0/1 [S,S], the probabilities, 0 to 255 [S,S], and
   * the Dice.
   */
  v.object({
    ...{ type: v.literal('epoch'), runId, record: epochRecord, best: v.boolean() },
    ...{ masks: v.array(bytes), levels: v.array(bytes), dice: v.array(v.number()) },
  }),
  /** The same within a long epoch, after so many of its steps. */
  v.object({
    ...{ type: v.literal('predictions'), runId, epoch: whole, step: whole, steps: whole },
    ...{ masks: v.array(bytes), levels: v.array(bytes), dice: v.array(v.number()) },
  }),
  /** All up to this epoch, and these steps of the next, is saved: a reload continues from there. */
  v.object({ type: v.literal('kept'), runId, epoch: whole, step: whole }),
  v.object({ type: v.literal('failed'), runId, error: errorData }),
  /** Something failed, and the run goes on. */
  v.object({ type: v.literal('warning'), runId, error: errorData }),
]);
export type RunEvent = v.InferOutput<typeof runEvent>;
