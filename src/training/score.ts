/** Scores images with an engine: what validation and the test split have in common. */
import { DICE_SMOOTH, type Engine } from '../engine/engine.ts';
import { confusion } from '../metrics/confusion.ts';
import { countLevels, meanDiceByLevel, scoresOf } from '../metrics/levels.ts';
import { type LossTerms, segmentationLoss } from '../metrics/loss.ts';
import { summarise } from '../metrics/summary.ts';
import { AppError } from '../protocol/errors.ts';
import type { ImageScore, TestOutcome } from '../protocol/training.ts';
import { evaluate } from './evaluate.ts';
import type { PixelSource } from './pixels.ts';

export const THRESHOLD = 0.5;

/** Loss, and hard scores at the threshold, of one image. */
export function scoreImage(probabilities: Float32Array, truth: Uint8Array, terms: LossTerms = {}) {
  return {
    loss: segmentationLoss(probabilities, truth, DICE_SMOOTH, terms),
    ...scoresOf(confusion(probabilities, truth, THRESHOLD)),
  };
}

/**
 * Scores the images at `test`, and tells how the mean Dice of those at `validation` depends on the threshold: that is where a
 * threshold may be chosen. Progress counts both.
 */
export async function scoreSplit(
  engine: Engine,
  pixels: PixelSource,
  { test, validation }: { readonly test: readonly number[]; readonly validation: readonly number[] },
  ids: readonly string[],
  onProgress: (done: number, total: number) => void,
): Promise<Omit<TestOutcome, 'all'>> {
  if (test.length === 0)
    throw new AppError('bad-split', 'The test part of the split is empty', 'give it a share above zero');
  const total = test.length + validation.length;
  const scored: { readonly image: ImageScore; readonly levels: Uint32Array<ArrayBuffer> }[] = [];
  await evaluate(engine, pixels, test, (place, probabilities, truth) => {
    const { loss, ...scores } = scoreImage(probabilities, truth);
    if (!Number.isFinite(loss))
      throw new AppError(
        'not-finite',
        `The model's output for ${ids[place]} is no number`,
        'load or train another model',
      );
    scored.push({ image: { id: ids[place] ?? `#${place}`, ...scores }, levels: countLevels(probabilities, truth) });
    onProgress(scored.length, total);
  });
  const judged: Uint32Array[] = [];
  await evaluate(engine, pixels, validation, (_, probabilities, truth) => {
    judged.push(countLevels(probabilities, truth));
    onProgress(scored.length + judged.length, total);
  });
  scored.sort((a, b) => a.image.dice - b.image.dice || (a.image.id < b.image.id ? -1 : 1));
  const images = scored.map(({ image }) => image);
  return {
    result: { threshold: THRESHOLD, ...summarise(images), images },
    levels: scored.map(({ levels }) => levels),
    validation: judged.length > 0 ? meanDiceByLevel(judged) : null,
  };
}
