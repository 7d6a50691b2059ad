import * as fc from 'fast-check';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { maskEncoder } from '../../masks/coded.ts';
import { confusion } from '../../metrics/confusion.ts';
import { confusionAt, countLevels } from '../../metrics/levels.ts';
import { runsOf } from '../../metrics/mask-runs.ts';
import { areaShare, countOwn, enlargeMask, maskPng } from './masks.ts';

/** Bilinear by the book, pixel by pixel in double precision. */
function naive(p: Float32Array, size: number, width: number, height: number, x: number, y: number): number {
  const clamp = (value: number) => Math.min(Math.max(value, 0), size - 1);
  const u = clamp(((x + 0.5) * size) / width - 0.5);
  const v = clamp(((y + 0.5) * size) / height - 0.5);
  let sum = 0;
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++)
      sum += Math.max(0, 1 - Math.abs(u - i)) * Math.max(0, 1 - Math.abs(v - j)) * (p[j * size + i] ?? 0);
  return sum;
}

test('agrees with bilinear interpolation by the book', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: 1, max: 14 }),
      fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
      (size, width, height, values) => {
        const p = Float32Array.from({ length: size * size }, () => values.next().value ?? 0);
        const mask = enlargeMask(p, { size, framing: 'squeeze', width, height }, 0.5);
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const exact = naive(p, size, width, height, x, y);
            // At the threshold itself rounding decides.
            if (Math.abs(exact - 0.5) > 1e-6) expect(mask[y * width + x]).toBe(exact > 0.5 ? 255 : 0);
          }
      },
    ),
  );
});

test('at its own size a mask is the threshold alone', () => {
  const p = Float32Array.from([0.1, 0.5, 0.50001, 0.9]);
  expect([...enlargeMask(p, { size: 2, framing: 'squeeze', width: 2, height: 2 }, 0.5)]).toEqual([0, 0, 255, 255]);
  expect([...enlargeMask(p, { size: 2, framing: 'squeeze', width: 2, height: 2 }, 0.05)]).toEqual([255, 255, 255, 255]);
});

test('the PNG holds the mask pixel for pixel', () => {
  const mask = Uint8Array.from({ length: 35 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  const png = decode(maskPng(mask, 7, 5));
  expect({ ...png, data: [...png.data] }).toMatchObject({
    width: 7,
    height: 5,
    channels: 1,
    depth: 8,
    data: [...mask],
  });
  expect(areaShare(mask)).toBeCloseTo(12 / 35, 12);
});

test('own sides of a letterbox and of a crop: nothing of the bars, nothing beside the crop', () => {
  // Lesion in the bars alone: no pixel of the image shows it.
  const bars = Float32Array.from({ length: 16 }, (_, i) => (i < 4 || i >= 12 ? 1 : 0));
  const wide = { size: 4, width: 8, height: 4 };
  expect(enlargeMask(bars, { ...wide, framing: 'letterbox' }, 0.01).some(Boolean)).toBe(false);
  const all = new Float32Array(16).fill(1);
  expect(enlargeMask(all, { ...wide, framing: 'letterbox' }, 0.5).every(Boolean)).toBe(true);
  const row = [0, 0, 255, 255, 255, 255, 0, 0];
  expect([...enlargeMask(all, { ...wide, framing: 'crop' }, 0.5)]).toEqual([row, row, row, row].flat());
});

test('counts in own sides are those of the enlarged mask against the mask as it came', () => {
  const framings = fc.constantFrom('squeeze', 'letterbox', 'crop') as fc.Arbitrary<'squeeze' | 'letterbox' | 'crop'>;
  fc.assert(
    fc.property(
      framings,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 14 }),
      fc.integer({ min: 1, max: 14 }),
      fc.infiniteStream(fc.float({ min: 0, max: 1, noNaN: true })),
      fc.integer({ min: 1, max: 99 }),
      (framing, size, width, height, values, level) => {
        const p = Float32Array.from({ length: size * size }, () => values.next().value ?? 0);
        const truth = Uint8Array.from({ length: width * height }, () => ((values.next().value ?? 0) > 0.5 ? 1 : 0));
        const writer = maskEncoder();
        writer.push(truth);
        const sides = { size, framing, width, height };
        const { levels: counts, ...masks } = countOwn(p, sides, writer.finish(), level / 100);
        expect(confusionAt(counts, level)).toEqual(confusion(enlargeMask(p, sides, level / 100), truth));
        expect(masks).toEqual({
          predicted: runsOf(enlargeMask(p, sides, level / 100), width),
          truth: runsOf(truth, width),
        });
      },
    ),
  );
});

test('a square mask in its own size is counted as at the size of training', () => {
  const p = Float32Array.from({ length: 64 }, (_, i) => (i % 10) / 10 + 0.05);
  const truth = Uint8Array.from({ length: 64 }, (_, i) => (i % 3) & 1);
  const writer = maskEncoder();
  writer.push(truth);
  const sides = { size: 8, width: 8, height: 8 };
  for (const framing of ['squeeze', 'letterbox', 'crop'] as const)
    expect(countOwn(p, { ...sides, framing }, writer.finish(), 0.5).levels).toEqual(countLevels(p, truth));
});
