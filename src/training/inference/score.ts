/** Scores images with an engine: what validation and the test split have in common. */
import { DICE_SMOOTH, type Engine } from '../../engine/engine.ts';
import { confusion } from '../../metrics/confusion.ts';
import {
  bestLevel,
  confusionAt,
  countLevels,
  joinLevels,
  LEVELS,
  meanDiceByLevel,
  scoresOf,
} from '../../metrics/levels.ts';
import { type LossTerms, segmentationLoss } from '../../metrics/loss.ts';
import { runsOf } from '../../metrics/mask-runs.ts';
import { intervalsOf, summarise } from '../../metrics/summary.ts';
import { surfaceScores, TOLERANCE } from '../../metrics/surface.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Framing } from '../../protocol/preparation.ts';
import {
  type ImageScore,
  PLAIN,
  type RefinementGains,
  type Refinements,
  type TestOutcome,
  type TunedThreshold,
} from '../../protocol/scores.ts';
import type { PixelSource } from '../pixels.ts';
import { evaluate } from './evaluate.ts';
import { countOwn } from './masks.ts';
import { predictViews, refine } from './refine.ts';
import { THRESHOLD } from './threshold.ts';

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

interface Scored {
  readonly image: ImageScore;
  readonly levels: Uint32Array<ArrayBuffer>;
}

/**
 * Scores the images at `test`, at the size of training and in their masks' own sides, and tells how the mean Dice of those at
 * `validation` depends on the threshold: that is where a threshold may be chosen. Progress counts both.
 */
export async function scoreSplit(
  engine: Engine,
  pixels: PixelSource,
  { test, validation }: { readonly test: readonly number[]; readonly validation: readonly number[] },
  { ids, framing, sides }: OwnSizes & { readonly ids: readonly string[] },
  onProgress: (done: number, total: number) => void,
): Promise<Omit<TestOutcome, 'all'>> {
  if (test.length === 0)
    throw new AppError('bad-split', 'The test part of the split is empty', 'give it a share above zero');
  const total = test.length + validation.length;
  const { size } = pixels;
  const scored: Scored[] = [];
  const own: Scored[] = [];
  await evaluate(engine, pixels, test, async (place, probabilities, truth) => {
    const id = ids[place] ?? `#${place}`;
    const { loss, ...scores } = scoreImage(probabilities, truth);
    if (!Number.isFinite(loss))
      throw new AppError('not-finite', `The model's output for ${id} is no number`, 'load or train another model');
    const surface = surfaceScores(runsOf(probabilities, size, THRESHOLD), runsOf(truth, size));
    scored.push({ image: { id, ...scores, ...surface }, levels: countLevels(probabilities, truth) });
    const coded = await pixels.ownMask(place);
    const side = sides?.[place];
    if (coded && side) {
      const [width, height] = side;
      const counted = countOwn(probabilities, { size, framing, width, height }, coded, THRESHOLD);
      const scores = scoresOf(confusionAt(counted.levels, LEVELS / 2));
      own.push({
        image: { id, ...scores, ...surfaceScores(counted.predicted, counted.truth) },
        levels: counted.levels,
      });
    }
    onProgress(scored.length, total);
  });
  const byLevel = await validationDice(engine, pixels, validation, done => onProgress(scored.length + done, total));
  const { levels, ...summary } = worstFirst(scored);
  const { levels: ownLevels, ...ownSize } = own.length === scored.length ? worstFirst(own) : {};
  return {
    result: { threshold: THRESHOLD, ...summary, ...('images' in ownSize ? { ownSize } : {}) },
    levels,
    ...(ownLevels ? { ownLevels } : {}),
    validation: byLevel,
  };
}

/** Mean Dice of the images at `places` at each threshold, from 0.01 on; null where there are none. */
export async function validationDice(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  onProgress: (done: number, total: number) => void,
): Promise<number[] | null> {
  const counted: Uint32Array[] = [];
  await evaluate(engine, pixels, places, (_, probabilities, truth) => {
    counted.push(countLevels(probabilities, truth));
    onProgress(counted.length, places.length);
  });
  return counted.length > 0 ? meanDiceByLevel(counted) : null;
}

/** The best threshold for images with these mean Dice at each. */
export function tuned(byLevel: readonly number[], images: number, inference: Refinements): TunedThreshold {
  const best = bestLevel(byLevel);
  return { ...inference, value: best / LEVELS, dice: byLevel[best - 1] ?? Number.NaN, images };
}

function worstFirst(scored: Scored[]) {
  scored.sort((a, b) => a.image.dice - b.image.dice || (a.image.id < b.image.id ? -1 : 1));
  const images = scored.map(({ image }) => image);
  return {
    ...summarise(images),
    surfaceTolerance: TOLERANCE,
    intervals: intervalsOf(images),
    images,
    levels: joinLevels(scored.map(({ levels }) => levels)),
  };
}

/** Mean Dice with each refinement alone and with all, each image predicted in its eight views once. */
export async function measureGains(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  onProgress: (done: number, total: number) => void,
): Promise<RefinementGains> {
  if (places.length === 0)
    throw new AppError('bad-split', 'The validation part of the split is empty', 'give it a share above zero');
  const { size } = pixels;
  const sums = { plain: 0, views: 0, largest: 0, holes: 0, together: 0 };
  const levels: Uint32Array[] = [];
  for (const [done, place] of places.entries()) {
    const { images, masks } = await pixels.read([place]);
    const plain = await predictViews(engine, images, { count: 1, size, views: false });
    const views = await predictViews(engine, images, { count: 1, size, views: true });
    const diceOf = (probabilities: Float32Array) => scoreImage(probabilities, masks).dice;
    levels.push(countLevels(plain, masks));
    sums.plain += diceOf(plain);
    sums.views += diceOf(views);
    sums.largest += diceOf(refine(plain, size, { ...PLAIN, largest: true }));
    sums.holes += diceOf(refine(plain, size, { ...PLAIN, holes: true }));
    sums.together += diceOf(refine(views, size, { views: true, largest: true, holes: true }));
    onProgress(done + 1, places.length);
  }
  const mean = (sum: number) => sum / places.length;
  const byLevel = meanDiceByLevel(levels);
  const { value, dice } = tuned(byLevel, places.length, PLAIN);
  return {
    images: places.length,
    threshold: { value, dice },
    ...{ plain: mean(sums.plain), views: mean(sums.views), largest: mean(sums.largest) },
    ...{ holes: mean(sums.holes), together: mean(sums.together) },
  };
}
