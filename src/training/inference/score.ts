/** Scores images with an engine: what validation and the test split have in common. */
import { DICE_SMOOTH, type Engine } from '../../engine/engine.ts';
import { addPixels, noPixels } from '../../metrics/calibration.ts';
import { softDiceConfidence } from '../../metrics/confidence.ts';
import { confusion } from '../../metrics/confusion.ts';
import { piecesOf } from '../../metrics/failures.ts';
import { confusionAt, countLevels, joinLevels, LEVELS, scoresOf } from '../../metrics/levels.ts';
import { type LossTerms, segmentationLoss } from '../../metrics/loss.ts';
import { runsOf } from '../../metrics/mask-runs.ts';
import { lesionFacts, subgroupsOf } from '../../metrics/subgroups.ts';
import { intervalsOf, summarise } from '../../metrics/summary.ts';
import { inMillimetres, surfaceScores, TOLERANCE } from '../../metrics/surface.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Framing } from '../../protocol/preparation.ts';
import {
  type ImageScore,
  PLAIN,
  type RefinementGains,
  type TestOutcome,
  type TunedThreshold,
} from '../../protocol/scores.ts';
import type { PixelSource } from '../pixels.ts';
import { calibrationOf, withPredictedDice } from './calibrate.ts';
import { evaluate } from './evaluate.ts';
import type { Distance } from './features.ts';
import { countOwn } from './masks.ts';
import { components, predictViews, refine } from './refine.ts';
import { THRESHOLD } from './threshold.ts';
import { tuned, type Validated, validate, validating } from './validation.ts';

/** Loss, and hard scores at the threshold, of one image. */
export function scoreImage(probabilities: Float32Array, truth: Uint8Array, terms: LossTerms = {}) {
  return {
    loss: segmentationLoss(probabilities, truth, DICE_SMOOTH, terms),
    ...scoresOf(confusion(probabilities, truth, THRESHOLD)),
  };
}

/** What scores at the masks' own sides need of the data set. */
export interface OwnSizes {
  readonly framing: Framing;
  /** Width and height of each image. */
  readonly sides?: readonly (readonly [number, number])[] | undefined;
}

/** Of a table in the drop: millimetres from pixel to pixel, of each image's own. */
const SCALE_COLUMN = 'mm_per_pixel';

interface Scored {
  readonly place: number;
  readonly image: ImageScore;
  readonly levels: Uint32Array<ArrayBuffer>;
}

/** What the model's validation images told before: for tests without such images. */
type Known = Pick<TunedThreshold, 'temperature' | 'diceFit'>;

export interface ScoringOptions {
  readonly known?: Known | undefined;
  /** Is given each test image's probabilities [S,S], which it must copy. */
  readonly keep?: (place: number, probabilities: Float32Array) => void;
  /** How unlike the training images an image is, where the model tells. */
  readonly distance?: Distance | null;
  /** What a table says of the images: by column, then by place in the data set. */
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
}

export interface Scoring {
  readonly outcome: Omit<TestOutcome, 'all'>;
  readonly validated: Validated | null;
}

/**
 * Scores the images at `test`, at the size of training and in their masks' own sides, and what the images at `validation` tell of
 * thresholds and of how far to trust a mask. Progress counts both.
 */
export async function scoreSplit(
  engine: Engine,
  pixels: PixelSource,
  { test, validation }: { readonly test: readonly number[]; readonly validation: readonly number[] },
  { ids, framing, sides }: OwnSizes & { readonly ids: readonly string[] },
  onProgress: (done: number, total: number) => void,
  { known = {}, keep = () => {}, distance = null, metadata = {} }: ScoringOptions = {},
): Promise<Scoring> {
  if (test.length === 0)
    throw new AppError('bad-split', 'The test part of the split is empty', 'give it a share above zero');
  const total = test.length + validation.length;
  const { size } = pixels;
  const scored: Scored[] = [];
  const own: Scored[] = [];
  const counted = noPixels();
  const scales = Object.entries(metadata).find(([column]) => column.trim().toLowerCase() === SCALE_COLUMN)?.[1];
  await evaluate(engine, pixels, test, async (place, probabilities, truth, picture, features) => {
    const id = ids[place] ?? `#${place}`;
    const { loss, ...scores } = scoreImage(probabilities, truth);
    if (!Number.isFinite(loss))
      throw new AppError('not-finite', `The model's output for ${id} is no number`, 'load or train another model');
    keep(place, probabilities);
    addPixels(counted, probabilities, truth);
    const surface = surfaceScores(runsOf(probabilities, size, THRESHOLD), runsOf(truth, size));
    const confidence = softDiceConfidence(probabilities, THRESHOLD);
    const facts = {
      pieces: piecesOf(components(size, at => (probabilities[at] ?? 0) > THRESHOLD, true).map(part => part.length)),
      ...(distance && { distance: distance(features, picture, size) }),
      ...lesionFacts(picture, truth, size),
    };
    scored.push({
      place,
      image: { id, ...scores, ...surface, confidence, ...facts },
      levels: countLevels(probabilities, truth),
    });
    const coded = await pixels.ownMask(place);
    const side = sides?.[place];
    if (coded && side) {
      const [width, height] = side;
      const { levels, predicted, truth } = countOwn(probabilities, { size, framing, width, height }, coded, THRESHOLD);
      const scores = scoresOf(confusionAt(levels, LEVELS / 2));
      const surface = surfaceScores(predicted, truth);
      const scale = Number(scales?.[place]);
      own.push({
        place,
        image: {
          id,
          ...scores,
          ...surface,
          ...(scale > 0 && inMillimetres(predicted, truth, surface, scale)),
          confidence,
          ...facts,
        },
        levels,
      });
    }
    onProgress(scored.length, total);
  });
  const validated = await validate(engine, pixels, validation, done => onProgress(scored.length + done, total));
  const trust = validated ? tuned(validated, PLAIN) : known;
  const { levels, ...summary } = worstFirst(scored, trust, metadata);
  const { levels: ownLevels, ...ownSize } = own.length === scored.length ? worstFirst(own, trust, metadata) : {};
  const result = {
    threshold: THRESHOLD,
    ...summary,
    calibration: calibrationOf(summary.images, counted, trust),
    ...('images' in ownSize ? { ownSize } : {}),
  };
  return {
    outcome: {
      ...{ result, levels },
      ...(ownLevels ? { ownLevels } : {}),
      validation: validated?.byLevel ?? null,
      ...(validated ? { validationErrors: validated.gainErrors } : {}),
    },
    validated,
  };
}

function worstFirst(scored: Scored[], trust: Known, metadata: NonNullable<ScoringOptions['metadata']>) {
  scored.sort((a, b) => a.image.dice - b.image.dice || (a.image.id < b.image.id ? -1 : 1));
  const images = withPredictedDice(
    scored.map(({ image }) => image),
    trust,
  );
  return {
    ...summarise(images),
    surfaceTolerance: TOLERANCE,
    intervals: intervalsOf(images),
    subgroups: subgroupsOf(
      images,
      Object.entries(metadata).map(([column, told]) => [column, scored.map(({ place }) => told[place] ?? '')]),
    ),
    images,
    levels: joinLevels(scored.map(({ levels }) => levels)),
  };
}

export interface Gains {
  readonly gains: RefinementGains;
  readonly plain: TunedThreshold;
}

/** Mean Dice with each refinement alone and with all, each image predicted in its eight views once; and what one pass tells of thresholds. */
export async function measureGains(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  onProgress: (done: number, total: number) => void,
): Promise<Gains> {
  const { size } = pixels;
  const sums = { plain: 0, views: 0, largest: 0, holes: 0, together: 0 };
  const going = validating();
  for (const [done, place] of places.entries()) {
    const { images, masks } = await pixels.read([place]);
    const plain = await predictViews(engine, images, { count: 1, size, views: false });
    const views = await predictViews(engine, images, { count: 1, size, views: true });
    const diceOf = (probabilities: Float32Array) => scoreImage(probabilities, masks).dice;
    going.add(plain, masks);
    sums.plain += diceOf(plain);
    sums.views += diceOf(views);
    sums.largest += diceOf(refine(plain, size, { ...PLAIN, largest: true }));
    sums.holes += diceOf(refine(plain, size, { ...PLAIN, holes: true }));
    sums.together += diceOf(refine(views, size, { views: true, largest: true, holes: true }));
    onProgress(done + 1, places.length);
  }
  const validated = going.finish();
  if (!validated)
    throw new AppError('bad-split', 'The validation part of the split is empty', 'give it a share above zero');
  const mean = (sum: number) => sum / places.length;
  const plain = tuned(validated, PLAIN);
  const gains = {
    images: places.length,
    threshold: { value: plain.value, dice: plain.dice },
    ...{ plain: mean(sums.plain), views: mean(sums.views), largest: mean(sums.largest) },
    ...{ holes: mean(sums.holes), together: mean(sums.together) },
  };
  return { gains, plain };
}
