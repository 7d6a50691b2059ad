/** Scores of predictions, the refinements made before scoring, and the threshold. */
import * as v from 'valibot';
import { correctedMask } from './corrections.ts';
import { whole } from './schemas.ts';

const scoreNames = ['dice', 'jaccard', 'sensitivity', 'specificity', 'accuracy'] as const;
/** Missing in results of older versions of the page. */
const moreNames = [
  'precision',
  'areaError',
  // At the threshold of the result alone: no counts tell them at another one.
  'surfaceDice',
  'hausdorff95',
  'averageSurfaceDistance',
  'boundaryIoU',
  /** In the mask's own size, where a table gives its scale. */
  'surfaceDiceMm',
  'hausdorff95Mm',
  'averageSurfaceDistanceMm',
  /** Soft Dice Confidence of the mask, 0 to 1: it ranks, and promises too much. */
  'confidence',
  /** What that confidence means by validation images; missing where there were none. */
  'predictedDice',
  /** Of the predicted mask at the size of training, without specks; see metrics/failures.ts. */
  'pieces',
  /** How unlike the training images it is; missing where the model does not say what these were like. See metrics/feature-distance.ts. */
  'distance',
  /** Of the true lesion, at the size of training; see metrics/subgroups.ts. */
  'lesionShare',
  'contrast',
] as const;
/** What each score means is said in metrics/; distances are in pixels of the grid that was counted. */
export type ImageScore = { id: string } & Record<(typeof scoreNames)[number], number> & {
    [Name in (typeof moreNames)[number]]?: number;
  } & { touchesBorder?: boolean };

function isImageScore(value: unknown): value is ImageScore {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  return (
    typeof given.id === 'string' &&
    scoreNames.every(name => typeof given[name] === 'number') &&
    moreNames.every(name => given[name] === undefined || typeof given[name] === 'number') &&
    (given.touchesBorder === undefined || typeof given.touchesBorder === 'boolean')
  );
}
/** Checked by hand: a test of thousands of images must not keep the page's own thread busy. */
const imageScores = v.custom<ImageScore[]>(value => Array.isArray(value) && value.every(isImageScore));

/** What is done to a prediction beyond one pass of the network; see training/inference/refine.ts. */
export const refinements = v.object({ views: v.boolean(), largest: v.boolean(), holes: v.boolean() });
export type Refinements = v.InferOutput<typeof refinements>;

/** One pass of the network, taken as it is. */
export const PLAIN: Refinements = { views: false, largest: false, holes: false };

export function sameRefinements(a: Refinements, b: Refinements): boolean {
  return a.views === b.views && a.largest === b.largest && a.holes === b.holes;
}

/** What a confidence says of the Dice, by validation images; see metrics/confidence.ts. */
export const diceFit = v.object({
  slope: v.number(),
  intercept: v.number(),
  good: v.nullable(v.number()),
  look: v.number(),
  images: whole,
});

/**
 * The threshold that validation images recommend, which belongs to one way of refining predictions: that with the highest mean Dice, but one
 * half where it gains no more over that than its standard error. And what else those images told. Files of older versions have less.
 */
export const tunedThreshold = v.object({
  ...refinements.entries,
  /** A multiple of 0.01. */
  value: v.pipe(v.number(), v.minValue(0.01), v.maxValue(0.99)),
  /** Mean Dice at it, over how many images. */
  dice: v.number(),
  images: whole,
  /** The most that any threshold gained over one half, with the standard error of that; missing for one image. */
  gain: v.optional(v.object({ value: v.number(), error: v.number() })),
  /** Logits divided by it give probabilities that mean what they say. */
  temperature: v.optional(v.pipe(v.number(), v.gtValue(0))),
  /** Missing where there were too few images. */
  diceFit: v.optional(diceFit),
});
export type TunedThreshold = v.InferOutput<typeof tunedThreshold>;

/** Mean Dice of some images at 0.5: without refinement, with each one alone, and with all; and without refinement at the best threshold. */
export const refinementGains = v.object({
  images: whole,
  plain: v.number(),
  /** The best threshold for these images. */
  threshold: v.object({ value: v.number(), dice: v.number() }),
  views: v.number(),
  largest: v.number(),
  holes: v.number(),
  together: v.number(),
});
export type RefinementGains = v.InferOutput<typeof refinementGains>;

/** Whether probabilities mean what they say; see metrics/calibration.ts and metrics/confidence.ts. Pixels are counted at the size of training. */
const calibration = v.object({
  /** Reliability diagram. */
  bins: v.array(
    v.object({ from: v.number(), to: v.number(), pixels: v.number(), predicted: v.number(), lesion: v.number() }),
  ),
  /** Expected calibration error of the pixels. */
  error: v.number(),
  /** By validation images, and the error with it; missing where there are none. */
  temperature: v.optional(v.number()),
  temperedError: v.optional(v.number()),
  /** Of images: confidence against Dice. null where one of them does not vary, or all or none of the images are under 0.8. */
  spearman: v.nullable(v.number()),
  failureAuroc: v.nullable(v.number()),
  /** Mean of |predicted Dice − Dice|. */
  diceError: v.optional(v.number()),
  /** Mean Dice of the surest share of the images. */
  riskCoverage: v.array(v.object({ coverage: v.number(), meanDice: v.number() })),
  /** By which Dice was predicted, and its levels. */
  diceFit: v.optional(diceFit),
});
export type Calibration = v.InferOutput<typeof calibration>;

const subgroup = v.object({
  by: v.picklist(['lesionShare', 'contrast', 'touchesBorder', 'column']),
  column: v.optional(v.string()),
  value: v.optional(v.string()),
  from: v.number(),
  to: v.number(),
  images: whole,
  meanDice: v.number(),
  interval: v.optional(v.tuple([v.number(), v.number()])),
  few: v.boolean(),
});

const summary = {
  meanDice: v.number(),
  medianDice: v.number(),
  minDice: v.number(),
  shareBelow08: v.number(),
  meanJaccard: v.number(),
  meanThresholdedJaccard: v.number(),
  sensitivity: v.number(),
  specificity: v.number(),
  accuracy: v.number(),
  precision: v.optional(v.number()),
  /** Mean of the area errors without their signs. */
  meanAreaError: v.optional(v.number()),
  /** These four where the boundaries were measured: at the threshold of the test, not at those that are set afterwards. */
  meanSurfaceDice: v.optional(v.number()),
  meanHausdorff95: v.optional(v.number()),
  meanAverageSurfaceDistance: v.optional(v.number()),
  meanBoundaryIoU: v.optional(v.number()),
  /** In the masks' own sizes, where a table gives the scale of every image: column mm_per_pixel. */
  meanSurfaceDiceMm: v.optional(v.number()),
  meanHausdorff95Mm: v.optional(v.number()),
  meanAverageSurfaceDistanceMm: v.optional(v.number()),
  /** Of the surface Dice, in pixels. */
  surfaceTolerance: v.optional(v.number()),
  /** 95 % intervals of the means above, over images; measured at the threshold of the test. */
  intervals: v.optional(v.record(v.string(), v.tuple([v.number(), v.number()]))),
  /** Mean Dice by what the images show, worst first; at the threshold of the test. See metrics/subgroups.ts. */
  subgroups: v.optional(v.array(subgroup)),
  /** Worst first. */
  images: imageScores,
};

/**
 * `known`: the model says which images it has seen (protocol/seen-images.ts). `ids`: those of them that were left out of a test, or stand among the
 * scored ones where all pairs were scored.
 */
const seenAmong = v.object({
  known: v.boolean(),
  ids: v.custom<string[]>(value => Array.isArray(value) && value.every(id => typeof id === 'string')),
});
export type SeenAmong = v.InferOutput<typeof seenAmong>;

export const testResult = v.object({
  threshold: v.number(),
  ...summary,
  /** Which of the images that could be scored the model has seen. Missing in results of older versions of the page. */
  seen: v.optional(seenAmong),
  /** A greater distance of an image counts as unlike the training images; missing where that could not be told. */
  unlikeLevel: v.optional(v.number()),
  /** Scored images whose masks were not as they came, and which masks these were; missing where all were as they came. */
  corrected: v.optional(v.array(correctedMask)),
  /** Missing where predictions were not refined. */
  inference: v.optional(refinements),
  /** Mean Dice of each network of an ensemble alone, on the same images; only without refinements. */
  networks: v.optional(v.array(v.number())),
  /** At the threshold of the test. Missing in results of older versions. */
  calibration: v.optional(calibration),
  /**
   * The same, counted in each mask's own sides on probabilities that were enlarged to them. Left out where the sides of the masks are not
   * known, as of a data set that an older version of the page read.
   */
  ownSize: v.optional(v.object(summary)),
});
/** The report's test block: at the threshold 0.5. */
export type TestResult = v.InferOutput<typeof testResult>;

/** `validationThreshold`: the same images at the threshold of validation, where masks are cut at it. */
export type ReportedTest = TestResult & {
  readonly validationThreshold?: Omit<
    TestResult,
    'images' | 'inference' | 'ownSize' | 'seen' | 'calibration' | 'corrected' | 'networks'
  >;
};

/** A test, and the counts from which its scores at any threshold follow. */
export const testOutcome = v.object({
  result: testResult,
  /** Of each image, in the result's order: pixels by predicted probability, as metrics/levels.ts counts and joins them. */
  levels: v.instance(Uint32Array<ArrayBuffer>),
  /** The same of `ownSize`, in its order. */
  ownLevels: v.optional(v.instance(Uint32Array<ArrayBuffer>)),
  /** Mean Dice of the validation part at each threshold, from 0.01 on; null where there is no such part. */
  validation: v.nullable(v.array(v.number())),
  /** Standard error of each one's gain over the threshold 0.5; null for a single image. */
  validationErrors: v.optional(v.nullable(v.array(v.number()))),
  /** Whether these are all pairs of the data set rather than the part that was held out. */
  all: v.boolean(),
});
export type TestOutcome = v.InferOutput<typeof testOutcome>;
