import { expect, test } from 'vitest';
import { randomStream } from '../../random/pcg.ts';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { runKernels, slot, tensor } from '../../testing/kernels.ts';
import { AUGMENT_WORDS, type Augmentation, augmentImages, augmentMasks, augmentTable, UNCHANGED } from './augment.ts';
import { augment } from './reference.ts';

failOnGpuErrors();

const SIDE = 32;
const turn = (degrees: number, scale: number, x: number, y: number): Augmentation['affine'] => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) / scale, Math.sin((degrees * Math.PI) / 180) / scale];
  return [cos, -sin, x, sin, cos, y];
};
const HAIR = { from: [2, 3], by: [20, 1], to: [28, 30], reach: 0.7, cover: 0.9 } as const;
const STRAIGHT = { from: [0, 20], by: [16, 20], to: [31, 20], reach: 1.5, cover: 0.6 } as const;

const cases: Record<string, Augmentation> = {
  unchanged: UNCHANGED,
  'the same by its map': { ...UNCHANGED },
  mirrored: { ...UNCHANGED, affine: [-1, 0, SIDE - 1, 0, 1, 0] },
  'turned, enlarged and far beyond the border': { ...UNCHANGED, affine: turn(33, 1.4, -20, 11) },
  shrunk: { ...UNCHANGED, affine: turn(-70, 0.4, 5, 50) },
  blurred: { ...UNCHANGED, affine: turn(5, 1, 1, 1), blur: 1.3 },
  colours: { ...UNCHANGED, colour: [0.9, 0.2, -0.1, 0.05, -0.2, 1.3, 0.1, -0.02, 0.3, 0.1, 0.5, 0.1], gamma: 1.3 },
  brighter: { ...UNCHANGED, colour: [2, 0, 0, 0.1, 0, 2, 0, -0.4, 0, 0, 2, 0], gamma: 0.7 },
  hairs: { ...UNCHANGED, hairs: [HAIR, STRAIGHT] },
  noise: { ...UNCHANGED, noise: 0.1, noiseKey: 0xfedcba98 },
  everything: {
    affine: turn(120, 0.9, 30, 20),
    blur: 0.6,
    colour: [1.1, 0.1, 0, -0.05, 0, 1, 0.1, 0, 0, 0, 0.9, 0.02],
    gamma: 0.85,
    hairs: [STRAIGHT, HAIR, ...new Array(8).fill(HAIR)],
    noise: 0.05,
    noiseKey: 12345,
  },
};

function picture(images: number) {
  const random = randomStream(77);
  const area = SIDE * SIDE;
  const batch = { images: new Uint8Array(images * area * 3), masks: new Uint8Array(images * area) };
  for (let image = 0; image < images; image++)
    for (let pixel = 0; pixel < area; pixel++) {
      const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
      const inside = Math.hypot(x - 12 - image, y - 17) < 9;
      for (let c = 0; c < 3; c++) batch.images[(image * area + pixel) * 3 + c] = random.below(256);
      batch.masks[image * area + pixel] = inside ? 1 : 0;
    }
  return batch;
}

gpuTest('every augmentation as in double precision, images of one batch each by its own', async ({ device }) => {
  const names = Object.keys(cases);
  const augmentations = Object.values(cases);
  const count = augmentations.length;
  const batch = picture(count);
  const packed = (bytes: Uint8Array) => new Uint32Array(bytes.slice().buffer);
  const slots = {
    images: slot('images', batch.images.length / 4),
    masks: slot('masks', batch.masks.length / 4),
    table: slot('table', count * AUGMENT_WORDS),
    result: slot('result', batch.masks.length / 4),
  };
  const output = tensor('output', count, SIDE, 3);
  const [images, masks] = await runKernels(
    device,
    [
      augmentImages(slots.images, slots.table, output),
      augmentMasks(slots.masks, slots.table, slots.result, count, SIDE),
    ],
    new Map([
      [slots.images, packed(batch.images)],
      [slots.masks, packed(batch.masks)],
      [slots.table, augmentTable(augmentations)],
    ]),
    [output.slot, slots.result],
  );
  const expected = augment(batch, SIDE, augmentations);
  const bytes = new Uint8Array(masks!.buffer, masks!.byteOffset, batch.masks.length);
  const area = SIDE * SIDE;
  names.forEach((name, image) => {
    let worst = 0;
    for (let i = image * area * 3; i < (image + 1) * area * 3; i++)
      worst = Math.max(worst, Math.abs((images![i] ?? Number.NaN) - (expected.images[i] ?? Number.NaN)));
    // Places are rounded to some 1e-6 of a pixel, and neighbours here differ by up to 1.
    expect(worst, name).toBeLessThan(2e-5);
    const different = Array.from({ length: area }, (_, i) => image * area + i).filter(
      i => bytes[i] !== expected.masks[i],
    );
    // A pixel on the very edge may fall on either side by rounding.
    expect(different.length, name).toBeLessThanOrEqual(1);
    expect(bytes.subarray(image * area, (image + 1) * area).includes(1), name).toBe(true);
  });
  const untouched = Float64Array.from(batch.images.subarray(0, 2 * area * 3), byte => byte / 255);
  const [first] = [untouched.subarray(0, area * 3)];
  first.forEach((value, i) => {
    if (Math.abs(value - (images![i] ?? Number.NaN)) > 1e-7) throw new Error(`byte ${i} became ${images![i]}`);
  });
});

test('reference: blur keeps an even colour, a hair is dark along its line and nowhere else, noise has its deviation', () => {
  const area = SIDE * SIDE;
  const batch = { images: new Uint8Array(area * 3).fill(200), masks: new Uint8Array(area) };
  const red = (augmentation: Augmentation) => {
    const { images } = augment(batch, SIDE, [augmentation]);
    return Array.from({ length: area }, (_, i) => images[3 * i] ?? Number.NaN);
  };
  const grey = 200 / 255;
  for (const value of red({ ...UNCHANGED, affine: turn(20, 0.5, 3, 4), blur: 2 })) expect(value).toBeCloseTo(grey, 6);
  const hairy = red({ ...UNCHANGED, hairs: [STRAIGHT] });
  const row = (y: number) => new Set(hairy.slice(y * SIDE, (y + 1) * SIDE).map(value => value.toFixed(4)));
  expect(row(20)).toEqual(new Set([(grey + 0.6 * (0.12 - grey)).toFixed(4)]));
  expect(row(19)).toEqual(row(20));
  expect(row(18)).toEqual(new Set([grey.toFixed(4)]));
  const noisy = red({ ...UNCHANGED, noise: 0.02, noiseKey: 5 }).map(value => value - grey);
  const mean = noisy.reduce((sum, v) => sum + v, 0) / area;
  const deviation = Math.sqrt(noisy.reduce((sum, v) => sum + (v - mean) ** 2, 0) / area);
  expect(Math.abs(mean)).toBeLessThan(0.002);
  expect(deviation).toBeCloseTo(0.02, 2);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(0.002);
});
