/** Scores images with an engine: what validation and the test split have in common. */
import { DICE_SMOOTH, type Engine } from '../engine/engine.ts';
import { accuracy, confusion, dice, jaccard, sensitivity, specificity } from '../metrics/confusion.ts';
import { segmentationLoss } from '../metrics/loss.ts';
import { summarise } from '../metrics/summary.ts';
import { AppError } from '../protocol/errors.ts';
import type { ImageScore, TestResult } from '../protocol/training.ts';
import { evaluate } from './evaluate.ts';
import type { PixelSource } from './pixels.ts';

export const THRESHOLD = 0.5;

/** Loss, and hard scores at the threshold, of one image. */
export function scoreImage(probabilities: Float32Array, truth: Uint8Array, crossEntropy: number) {
  const counts = confusion(probabilities, truth, THRESHOLD);
  return {
    loss: segmentationLoss(probabilities, truth, DICE_SMOOTH, crossEntropy),
    dice: dice(counts),
    jaccard: jaccard(counts),
    sensitivity: sensitivity(counts),
    specificity: specificity(counts),
    accuracy: accuracy(counts),
  };
}

/** The report's test block over the images at `places`. */
export async function scoreSplit(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  ids: readonly string[],
  onProgress: (done: number, total: number) => void,
): Promise<TestResult> {
  if (places.length === 0)
    throw new AppError('bad-split', 'The test part of the split is empty', 'give it a share above zero');
  const images: ImageScore[] = [];
  await evaluate(engine, pixels, places, (place, probabilities, truth) => {
    const { loss, ...scores } = scoreImage(probabilities, truth, 0);
    if (!Number.isFinite(loss))
      throw new AppError(
        'not-finite',
        `The model's output for ${ids[place]} is no number`,
        'load or train another model',
      );
    images.push({ id: ids[place] ?? `#${place}`, ...scores });
    onProgress(images.length, places.length);
  });
  images.sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  return { threshold: THRESHOLD, ...summarise(images), images };
}
