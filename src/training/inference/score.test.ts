import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { runsOf } from '../../metrics/mask-runs.ts';
import { surfaceScores } from '../../metrics/surface.ts';
import { randomStream } from '../../random/pcg.ts';
import { maskEncoder } from '../../store/coded-masks.ts';
import type { PixelSource } from '../pixels.ts';
import { enlargeMask } from './masks.ts';
import { scoreSplit } from './score.ts';

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
    settings: { batch: 1, size: SIZE },
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
  const { result } = await scoreSplit(engine, pixels, parts, facts, () => {});
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
    const intervals = Object.entries(counted.intervals ?? {});
    expect(intervals.length).toBe(13);
    for (const [name, [low, high]] of intervals) {
      const mean = counted[name as 'meanDice'];
      expect(low, name).toBeLessThanOrEqual(mean);
      expect(high, name).toBeGreaterThanOrEqual(mean);
      expect(high - low, name).toBeGreaterThan(0);
    }
    expect(counted.surfaceTolerance).toBe(2);
  }
});
