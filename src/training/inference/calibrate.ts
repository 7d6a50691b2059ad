/** A test's calibration: its pixels against their probabilities, its images against their confidence. */
import { calibrationError, type PixelCounts, reliability, temperedReliability } from '../../metrics/calibration.ts';
import { failureAuroc, predictedDice, rankCorrelation, riskCoverage } from '../../metrics/confidence.ts';
import type { Calibration, ImageScore, TunedThreshold } from '../../protocol/scores.ts';

type Known = Pick<TunedThreshold, 'temperature' | 'diceFit'>;

/** The images with their predicted Dice, where validation images tell it. */
export function withPredictedDice(images: readonly ImageScore[], { diceFit }: Known): ImageScore[] {
  return images.map(image =>
    diceFit && image.confidence !== undefined
      ? { ...image, predictedDice: predictedDice(diceFit, image.confidence) }
      : image,
  );
}

/** Of scored images, each with a confidence, and their pixels. */
export function calibrationOf(
  images: readonly ImageScore[],
  pixels: PixelCounts,
  { temperature, diceFit }: Known,
): Calibration {
  const judged = images.map(({ confidence = Number.NaN, dice }) => ({ confidence, dice }));
  const bins = reliability(pixels);
  const misses = diceFit && judged.map(({ confidence, dice }) => Math.abs(predictedDice(diceFit, confidence) - dice));
  return {
    bins,
    error: calibrationError(bins),
    ...(temperature && { temperature, temperedError: calibrationError(temperedReliability(pixels, temperature)) }),
    spearman: rankCorrelation(judged),
    failureAuroc: failureAuroc(judged),
    ...(misses && { diceError: misses.reduce((sum, miss) => sum + miss, 0) / misses.length }),
    riskCoverage: riskCoverage(judged),
    ...(diceFit && { diceFit }),
  };
}
