import { expect, test } from 'vitest';
import { createCpuEngine } from '../../engine/cpu/engine.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { randomStream } from '../../random/pcg.ts';
import { testWeights } from '../../testing/weights.ts';
import type { PixelSource } from '../pixels.ts';
import { distanceBy, featureImages, measureFeatures } from './features.ts';

const SIZE = 16;

/** A dark disc, somewhere, on light skin with some noise. */
function picture(seed: number): Uint8Array {
  const random = randomStream(seed, 7);
  const [x0, y0, radius] = [5 + 6 * random.unit(), 5 + 6 * random.unit(), 2 + 3 * random.unit()];
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % SIZE, Math.floor(at / 3 / SIZE)];
    return (Math.hypot(x - x0, y - y0) < radius ? 90 : 190) + 8 * random.normal();
  });
}

const pixels: PixelSource = {
  size: SIZE,
  read: async places => ({
    images: Uint8Array.from(places.flatMap(place => [...picture(place)])),
    masks: new Uint8Array(places.length * SIZE * SIZE),
  }),
  ownMask: async () => null,
};

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

test('images like those of training are near, changed ones are far', async () => {
  const network = buildNetwork('improved-unet', 2);
  const settings = { network, size: SIZE, batch: 4, l2: 0, dropout: false, predictOnly: true };
  const engine = createCpuEngine(settings, { threads: 0, relaxed: false });
  await engine.prepare();
  await engine.writeWeights(testWeights(network));
  const parts = { train: range(0, 90), validation: range(200, 40) };
  const told: number[] = [];
  const found = await measureFeatures(engine, pixels, parts, done => told.push(done));
  expect(found).toMatchObject({ images: 90, heldOut: 40 });
  expect(found!.variances).toHaveLength(15);
  expect(told).toEqual(range(1, featureImages(parts)));
  const distance = distanceBy({ trainingFeatures: found! })!;
  const distances = (of: (place: number) => Uint8Array) =>
    Promise.all(
      range(400, 30).map(async place => {
        const features = new Float32Array(32);
        await engine.predict(of(place), 1, features);
        return distance(features, of(place), SIZE);
      }),
    );
  const unlike = (list: number[]) => list.filter(value => value > found!.level!).length;
  expect(unlike(await distances(picture))).toBeLessThan(6);
  expect(unlike(await distances(place => picture(place).map(value => 255 - value)))).toBe(30);
  const random = randomStream(1, 2);
  expect(
    unlike(
      await distances(place => picture(place).map(value => Math.min(255, Math.max(0, value + 60 * random.normal())))),
    ),
  ).toBeGreaterThan(20);

  expect(await measureFeatures(engine, pixels, { ...parts, train: range(0, 19) })).toBeNull();
  const few = await measureFeatures(engine, pixels, { ...parts, validation: range(200, 18) });
  expect(few).not.toHaveProperty('level');
  expect(distanceBy({})).toBeNull();
  expect(() => distance(new Float32Array(64), picture(0), SIZE)).toThrow('64 features where the model has 32');
  engine.dispose();
});
