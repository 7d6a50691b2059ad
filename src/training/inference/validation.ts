/** What a model's validation images tell, and its tests and outlines then go by: a threshold, a temperature, how far to trust a mask. */
import type { Engine } from '../../engine/engine.ts';
import { addPixels, findTemperature, noPixels } from '../../metrics/calibration.ts';
import { fitPredictedDice, type Judged, softDiceConfidence } from '../../metrics/confidence.ts';
import { confusion, dice } from '../../metrics/confusion.ts';
import {
  bestLevel,
  countLevels,
  gainErrorsByLevel,
  LEVELS,
  meanDiceByLevel,
  recommendedLevel,
} from '../../metrics/levels.ts';
import type { Refinements, TunedThreshold } from '../../protocol/scores.ts';
import type { PixelSource } from '../pixels.ts';
import { evaluate } from './evaluate.ts';
import { THRESHOLD } from './threshold.ts';

export interface Validated {
  readonly images: number;
  /** Mean Dice at each threshold, from 0.01 on. */
  readonly byLevel: number[];
  /** Standard error of each one's gain over one half; null for a single image. */
  readonly gainErrors: number[] | null;
  readonly temperature: number;
  readonly judged: readonly Judged[];
}

export interface Validating {
  add(probabilities: Float32Array, truth: Uint8Array): void;
  /** null where nothing was added. */
  finish(): Validated | null;
}

export function validating(): Validating {
  const levels: Uint32Array[] = [];
  const judged: Judged[] = [];
  const pixels = noPixels();
  return {
    add(probabilities, truth) {
      levels.push(countLevels(probabilities, truth));
      addPixels(pixels, probabilities, truth);
      judged.push({
        confidence: softDiceConfidence(probabilities, THRESHOLD),
        dice: dice(confusion(probabilities, truth, THRESHOLD)),
      });
    },
    finish: () =>
      levels.length === 0
        ? null
        : {
            images: levels.length,
            byLevel: meanDiceByLevel(levels),
            gainErrors: gainErrorsByLevel(levels),
            temperature: findTemperature(pixels),
            judged,
          },
  };
}

/** Of the images at `places`; null where there are none. */
export async function validate(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  onProgress: (done: number, total: number) => void,
): Promise<Validated | null> {
  const going = validating();
  let done = 0;
  await evaluate(engine, pixels, places, (_, probabilities, truth) => {
    going.add(probabilities, truth);
    onProgress(++done, places.length);
  });
  return going.finish();
}

/** As the model carries it. */
export function tuned(
  { images, byLevel, gainErrors, temperature, judged }: Validated,
  inference: Refinements,
): TunedThreshold {
  const level = recommendedLevel(byLevel, gainErrors);
  const best = bestLevel(byLevel);
  const error = gainErrors?.[best - 1];
  const value = (byLevel[best - 1] ?? Number.NaN) - (byLevel[LEVELS / 2 - 1] ?? Number.NaN);
  const diceFit = fitPredictedDice(judged);
  return {
    ...inference,
    value: level / LEVELS,
    dice: byLevel[level - 1] ?? Number.NaN,
    images,
    ...(error === undefined ? {} : { gain: { value, error } }),
    temperature,
    ...(diceFit ? { diceFit } : {}),
  };
}
