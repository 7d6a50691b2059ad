/** A model as the page knows it: what describes its weights, never the weights. */
import * as v from 'valibot';
import { MOST_NETWORKS } from '../network/ensemble.ts';
import { preparationFields } from './preparation.ts';
import { whole } from './schemas.ts';
import { type Refinements, sameRefinements, type TunedThreshold, tunedThreshold } from './scores.ts';
import { seenImages } from './seen-images.ts';
import { runSettings } from './settings.ts';
import { trainingFeatures } from './training-features.ts';

/** Of an ensemble. */
export const networkCount = v.pipe(whole, v.minValue(2), v.maxValue(MOST_NETWORKS));

/** The weights that test, save and download use: the best epoch's of a run, or a loaded model's. */
export const modelInfo = v.object({
  /** Identifies these weights in this page; results are kept by it. Weights loaded again get another one. */
  id: v.string(),
  arch: runSettings.entries.arch,
  filters: whole,
  ...preparationFields,
  /** Where it comes from, for people: 'this run, epoch 7' or the saved name. */
  origin: v.string(),
  /** The run that made it, if it ran in this worker. */
  runId: v.optional(v.string()),
  /** The kept run that it belongs to. */
  keptRun: v.optional(v.string()),
  parameters: whole,
  /** Of an ensemble: how many networks, of which `filters` and the like tell one. Missing for a single one. */
  networks: v.optional(networkCount),
  /** The kept runs that these are of, where it was made of them here. */
  ensembleOf: v.optional(v.array(v.string())),
  bestEpoch: v.optional(whole),
  valDice: v.optional(v.number()),
  /** The images that it must not be tested on; missing where they are not known. */
  seen: v.optional(seenImages),
  /** Thresholds that were found on validation images, by how predictions are refined. */
  thresholds: v.optional(v.array(tunedThreshold)),
  /** Missing in models of older versions, and where the training images were too few. */
  trainingFeatures: v.optional(trainingFeatures),
});
export type ModelInfo = v.InferOutput<typeof modelInfo>;

/** What validation images told of predictions refined like that, where the model carries it. */
export function knownThreshold(
  { thresholds }: Pick<ModelInfo, 'thresholds'>,
  inference: Refinements,
): TunedThreshold | undefined {
  return thresholds?.find(found => sameRefinements(found, inference));
}

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
