import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { maskEncoder } from '../../masks/coded.ts';
import { fitPredictedDice, predictedDice, softDiceConfidence } from '../../metrics/confidence.ts';
import { confusion, dice } from '../../metrics/confusion.ts';
import { bestLevel } from '../../metrics/levels.ts';
import { runsOf } from '../../metrics/mask-runs.ts';
import { subgroupsOf } from '../../metrics/subgroups.ts';
import { surfaceScores } from '../../metrics/surface.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { PLAIN } from '../../protocol/scores.ts';
import { randomStream } from '../../random/pcg.ts';
import type { PixelSource } from '../pixels.ts';
import { enlargeMask } from './masks.ts';
import { scoreSplit } from './score.ts';
import { tuned } from './validation.ts';

const SIZE = 16;
const AREA = SIZE ** 2;
const SIDES = [40, 28] as const;

/** A disc as a network would give it: sure inside, unsure along its border. */
function soft(x: number, y: number, radius: number): Float32Array {
  return Float32Array.from({ length: AREA }, (_, i) => {
    const away = Math.hypot((i % SIZE) + 0.5 - x, Math.floor(i / SIZE) + 0.5 - y);
    return 1 / (1 + Math.exp(1.5 * (away - radius)));
  });
}

/** Images whose one red value names the probabilities that are made of them. */
function made(count: number) {
  const random = randomStream(8);
  const truths = Array.from({ length: count }, () =>
    soft(6 + 4 * random.unit(), 6 + 4 * random.unit(), 3 + 2 * random.unit()),
  );
  const predictions = truths.map(() => soft(6 + 4 * random.unit(), 6 + 4 * random.unit(), 3 + 2 * random.unit()));
  const masks = truths.map(truth => truth.map(p => (p > 0.5 ? 1 : 0)));
  const ownMasks = truths.map(truth =>
    enlargeMask(truth, { size: SIZE, framing: 'squeeze', width: SIDES[0], height: SIDES[1] }, 0.5).map(
      value => value && 1,
    ),
  );
  const engine = {
    settings: { batch: 1, size: SIZE, network: buildNetwork('improved-unet', 1) },
    predict: async (images: Uint8Array, n: number) => {
      const all = new Float32Array(n * AREA);
      for (let i = 0; i < n; i++) all.set(predictions[images[i * AREA * 3]!]!, i * AREA);
      return all;
    },
  } as unknown as Engine;
  const pixels: PixelSource = {
    size: SIZE,
    read: async places => {
      const images = new Uint8Array(places.length * AREA * 3);
      const read = new Uint8Array(places.length * AREA);
      for (const [i, place] of places.entries()) {
        images.fill(place, i * AREA * 3, (i + 1) * AREA * 3);
        read.set(masks[place]!, i * AREA);
      }
      return { images, masks: read };
    },
    ownMask: async place => {
      const encoder = maskEncoder();
      encoder.push(ownMasks[place]!);
      return encoder.finish();
    },
  };
  return { engine, pixels, predictions, masks, ownMasks };
}

const ids = Array.from({ length: 40 }, (_, i) => `image ${i}`);
const places = ids.map((_, place) => place);
const facts = { ids, framing: 'squeeze', sides: ids.map(() => SIDES) } as const;

test('boundaries are measured at both sizes, and every mean has an interval that holds it', async () => {
  const { engine, pixels, predictions, masks, ownMasks } = made(40);
  const parts = { test: places.slice(0, 25), validation: places.slice(25) };
  const { result } = (await scoreSplit(engine, pixels, parts, facts, () => {})).outcome;
  const placeOf = (id: string) => ids.indexOf(id);
  for (const image of result.images) {
    const place = placeOf(image.id);
    expect(image).toMatchObject(surfaceScores(runsOf(predictions[place]!, SIZE, 0.5), runsOf(masks[place]!, SIZE)));
  }
  for (const image of result.ownSize?.images ?? []) {
    const place = placeOf(image.id);
    const enlarged = enlargeMask(
      predictions[place]!,
      { size: SIZE, framing: 'squeeze', width: SIDES[0], height: SIDES[1] },
      0.5,
    );
    expect(image).toMatchObject(surfaceScores(runsOf(enlarged, SIDES[0]), runsOf(ownMasks[place]!, SIDES[0])));
  }
  expect(result.ownSize?.images.length).toBe(25);
  for (const counted of [result, result.ownSize!]) {
    const intervals = Object.entries<[number, number]>(counted.intervals ?? {});
    expect(intervals.length).toBe(13);
    for (const [name, [low, high]] of intervals) {
      const mean = counted[name as 'meanDice'];
      expect(low, name).toBeLessThanOrEqual(mean);
      expect(high, name).toBeGreaterThanOrEqual(mean);
      expect(high - low, name).toBeGreaterThan(0);
    }
    expect(counted.surfaceTolerance).toBe(2);
    expect(counted.subgroups).toEqual(subgroupsOf(counted.images));
    expect(counted.images.every(({ lesionShare }) => lesionShare && lesionShare > 0)).toBe(true);
  }
});

test('borders in millimetres, where a table gives every scored image a scale', async () => {
  const { engine, pixels } = made(40);
  const parts = { test: places.slice(0, 12), validation: [] };
  const scored = async (scales: readonly string[]) => {
    const metadata = { ' MM_per_pixel': scales };
    const { outcome } = await scoreSplit(engine, pixels, parts, facts, () => {}, { metadata });
    return outcome.result;
  };
  const { ownSize, ...square } = await scored(places.map(() => '0.25'));
  expect(square).not.toHaveProperty('meanHausdorff95Mm');
  expect(ownSize?.meanHausdorff95Mm).toBeCloseTo((ownSize?.meanHausdorff95 ?? 0) / 4, 9);
  // Half a millimetre is two pixels.
  expect(ownSize?.meanSurfaceDiceMm).toBeCloseTo(ownSize?.meanSurfaceDice ?? 0, 12);
  expect(ownSize?.intervals?.meanAverageSurfaceDistanceMm).toHaveLength(2);
  const finer = (await scored(places.map(() => '0.1'))).ownSize;
  expect(finer?.meanSurfaceDiceMm).toBeGreaterThan(ownSize?.meanSurfaceDiceMm ?? 1);
  const some = (await scored(places.map((_, i) => (i === 3 ? 'unknown' : '0.25')))).ownSize;
  expect(some).not.toHaveProperty('meanHausdorff95Mm');
  expect(some?.images.filter(({ hausdorff95Mm }) => hausdorff95Mm !== undefined)).toHaveLength(11);
});

test('predicted Dice comes from validation, calibration from the test', async () => {
  const { engine, pixels, predictions, masks } = made(40);
  const parts = { test: places.slice(0, 25), validation: places.slice(25) };
  const { outcome, validated } = await scoreSplit(engine, pixels, parts, facts, () => {});
  const judged = (place: number) => ({
    confidence: softDiceConfidence(predictions[place]!, 0.5),
    dice: dice(confusion(predictions[place]!, masks[place]!)),
  });
  const fit = fitPredictedDice(parts.validation.map(judged))!;
  expect(tuned(validated!, PLAIN)).toMatchObject({ diceFit: fit, images: 15 });
  for (const image of [...outcome.result.images, ...outcome.result.ownSize!.images]) {
    const { confidence } = judged(ids.indexOf(image.id));
    expect(image).toMatchObject({ confidence, predictedDice: predictedDice(fit, confidence) });
  }
  const { calibration } = outcome.result;
  expect(calibration?.bins.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(25 * AREA);
  expect(calibration?.diceFit).toEqual(fit);
  expect(calibration?.riskCoverage.at(-1)?.meanDice).toBeCloseTo(outcome.result.meanDice, 12);
  // Without validation images the model's own word is taken, and without that nothing is predicted.
  const alone = { test: places, validation: [] };
  const known = await scoreSplit(engine, pixels, alone, facts, () => {}, { known: { diceFit: fit, temperature: 2 } });
  expect(known.validated).toBeNull();
  expect(known.outcome.result.images[0]?.predictedDice).toBeDefined();
  expect(known.outcome.result.calibration?.temperature).toBe(2);
  const unknown = await scoreSplit(engine, pixels, alone, facts, () => {});
  expect(unknown.outcome.result.images[0]?.predictedDice).toBeUndefined();
  expect(unknown.outcome.result.calibration?.temperedError).toBeUndefined();
});

test('validation recommends another threshold only for a gain over its standard error', async () => {
  const { engine, pixels, predictions, masks } = made(40);
  const { validated } = await scoreSplit(engine, pixels, { test: [0], validation: places }, facts, () => {});
  const gains = (level: number) =>
    places.map(
      place =>
        dice(confusion(predictions[place]!, masks[place]!, level / 100)) -
        dice(confusion(predictions[place]!, masks[place]!)),
    );
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const level of [20, 50, 71]) {
    const found = gains(level);
    const spread = Math.sqrt(mean(found.map(gain => (gain - mean(found)) ** 2)) / (found.length - 1));
    expect(validated?.gainErrors?.[level - 1]).toBeCloseTo(spread, 12);
  }
  const best = bestLevel(validated!.byLevel);
  const { value, dice: at, gain } = tuned(validated!, PLAIN);
  expect(gain?.value).toBeCloseTo(mean(gains(best)), 12);
  expect(value).toBe(gain!.value > gain!.error ? best / 100 : 0.5);
  expect(at).toBe(validated?.byLevel[Math.round(value * 100) - 1]);
  const unsure = { ...validated!, gainErrors: validated!.byLevel.map(() => 1) };
  expect(tuned(unsure, PLAIN).value).toBe(0.5);
  const sure = { ...validated!, gainErrors: validated!.byLevel.map(() => 0) };
  expect(tuned(sure, PLAIN).value).toBe(best / 100);
});
