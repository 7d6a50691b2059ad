/** What the page asks of the current model while no run is active: scores, thresholds, masks, pictures. */
import * as v from 'valibot';
import { type Commands, command } from './contract.ts';
import { datasetSummary, split } from './dataset.ts';
import { bytes, ownBytes, whole } from './schemas.ts';
import { type Refinements, refinementGains, refinements, testOutcome, testResult, tunedThreshold } from './scores.ts';
import { triptych } from './triptych.ts';

export const outline = v.object({
  /** 8-bit grey, in the image's own sides. */
  png: ownBytes,
  /** Share of the image's area that is lesion, 0 to 1. */
  share: v.number(),
  /** 0/1 [S,S]. */
  mask: ownBytes,
  /** Soft Dice Confidence of the mask, 0 to 1. */
  confidence: v.number(),
  /** How far the eight views' masks are from it, 0 to 1: the mean of 1 − Dice; missing of a single view. */
  disagreement: v.optional(v.number()),
  /** What that means by the model's validation images; both missing where the model carries none. See metrics/confidence.ts. */
  predictedDice: v.optional(v.number()),
  trust: v.optional(v.picklist(['good', 'unsure', 'look'])),
  /** From the training images (metrics/feature-distance.ts), and whether that is further than such images are; missing where the model does not tell. */
  distance: v.optional(v.number()),
  unlike: v.optional(v.boolean()),
  /** [S,S], 0 to 255 for 0 to 1. */
  probability: ownBytes,
});
export type Outline = v.InferOutput<typeof outline>;

/** The part of the data set that a command is about. */
const ofSplit = { dataset: datasetSummary, split };
/** How a prediction becomes a mask. */
const masking = { threshold: v.number(), refinements };
export interface Masking {
  readonly threshold: number;
  readonly refinements: Refinements;
}

export const inference = {
  /** Scores the test part of the split, or all pairs. */
  test: command({
    args: v.object({ ...ofSplit, all: v.boolean(), refinements }),
    reply: testOutcome,
    handsBack: ({ levels, ownLevels }) => (ownLevels ? [levels.buffer, ownLevels.buffer] : [levels.buffer]),
  }),
  /** How much each refinement gains on the validation part. */
  gains: command({ args: v.object(ofSplit), reply: refinementGains }),
  /** Finds the best threshold on the validation part; the model then carries it. */
  tune: command({ args: v.object({ ...ofSplit, refinements }), reply: tunedThreshold }),
  /** Masks of the images at these places, at their own sides: PNGs as one zip. */
  masks: command({
    args: v.object({ dataset: datasetSummary, places: v.array(whole), ...masking }),
    reply: ownBytes,
    handsBack: zip => [zip.buffer],
  }),
  /** The mask of an image [S,S,3] in the model's preparation. */
  outline: command({
    args: v.object({ image: bytes, width: whole, height: whole, ...masking }),
    reply: outline,
    handsBack: ({ png, mask, probability }) => [png.buffer, mask.buffer, probability.buffer],
  }),
  /** The model for another place, as a zip: its files, a card in Markdown, and what it makes of a drawn picture. */
  exportFor: command({
    args: v.object({
      to: v.picklist(['bioimageio', 'huggingFace']),
      card: v.string(),
      /** The model's own test, with the name of its data set. */
      test: v.nullable(v.object({ result: testResult, dataset: v.string() })),
    }),
    reply: ownBytes,
    handsBack: zip => [zip.buffer],
  }),
  /** The data set as the network sees it, with its split, in nnU-Net's layout: a zip. */
  exportPairs: command({ args: v.object(ofSplit), reply: ownBytes, handsBack: zip => [zip.buffer] }),
  /** How likely each pixel of an image of the data set is lesion: [S,S], 0 to 1. */
  probabilities: command({
    args: v.object({ dataset: datasetSummary, index: whole, refinements }),
    reply: v.instance(Float32Array<ArrayBuffer>),
    handsBack: values => [values.buffer],
  }),
  /** One image of the data set with its mask. */
  picture: command({ args: v.object({ dataset: datasetSummary, index: whole, ...masking }), reply: triptych }),
} satisfies Commands;

/** Progress of scoring. */
export const inferenceEvent = v.object({
  type: v.literal('testing'),
  done: whole,
  total: whole,
  secondsLeft: v.optional(v.number()),
});
export type InferenceEvent = v.InferOutput<typeof inferenceEvent>;
