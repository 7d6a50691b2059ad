/** A run as it is kept after its end, to be looked at again and compared. */
import * as v from 'valibot';
import { fold, splitRatios, subset } from './dataset.ts';
import { deviceReport } from './device.ts';
import type { ModelInfo } from './model.ts';
import { preparationOf } from './preparation.ts';
import { epochRecord } from './run.ts';
import { whole } from './schemas.ts';
import { testResult } from './scores.ts';
import { seenImages } from './seen-images.ts';
import { runSettings } from './settings.ts';
import { trainingFeatures } from './training-features.ts';

/** SCHEMA: raise it when a record's meaning changes; records of another version are counted, not read. */
export const RUN_RECORD_VERSION = 1;

export const keptRun = v.object({
  version: v.literal(RUN_RECORD_VERSION),
  id: v.string(),
  name: v.string(),
  note: v.string(),
  /** Milliseconds since 1970. */
  startedAt: v.number(),
  /** When the record was written last. */
  savedAt: v.number(),
  /** 'going' where no end was written: it goes on, or the page was closed. */
  state: v.picklist(['going', 'finished', 'stopped', 'failed']),
  settings: runSettings,
  dataset: v.object({
    ...{ hash: v.string(), source: v.string(), pairs: whole, size: whole },
    /** As DatasetSummary has it; and how many masks were not as they came. */
    ...{ original: v.optional(v.string()), corrected: v.optional(whole) },
  }),
  split: v.object({
    seed: whole,
    ratios: splitRatios,
    file: v.optional(v.string()),
    fold: v.optional(fold),
    subset: v.optional(subset),
    train: whole,
    validation: whole,
    test: whole,
  }),
  /** The origin of the model that it began with, where it did. */
  startedFrom: v.optional(v.string()),
  /** As its model's; see ModelInfo. */
  seen: v.optional(seenImages),
  trainingFeatures: v.optional(trainingFeatures),
  device: v.nullable(deviceReport),
  epochs: v.array(epochRecord),
  bestEpoch: v.nullable(whole),
  /** Of the test split, once it was scored with this run's weights. */
  test: v.nullable(testResult),
  /** Size of its weights; 0 where none are kept. */
  bytes: whole,
});
export type KeptRun = v.InferOutput<typeof keptRun>;

/** What is known of the model of a run's best epoch, without its weights. */
export function modelOfRun(run: KeptRun): Omit<ModelInfo, 'id' | 'parameters'> {
  const { id, name, settings, bestEpoch, epochs, seen, trainingFeatures } = run;
  const { arch, filters } = settings;
  const valDice = epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice;
  const origin = `${name}, epoch ${bestEpoch}`;
  return {
    ...{ arch, filters, ...preparationOf(settings) },
    ...{ origin, keptRun: id, bestEpoch: bestEpoch ?? undefined, valDice, seen, trainingFeatures },
  };
}

export const keptRuns = v.object({
  /** The newest first. */
  runs: v.array(keptRun),
  /** Records of another version of the page, or damaged. They are left as they are. */
  unreadable: whole,
});
export type KeptRuns = v.InferOutput<typeof keptRuns>;
