import * as fc from 'fast-check';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { areaShare, enlargeMask, maskPng } from './masks.ts';

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
        const mask = enlargeMask(p, size, width, height, 0.5);
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
  expect([...enlargeMask(p, 2, 2, 2, 0.5)]).toEqual([0, 0, 255, 255]);
  expect([...enlargeMask(p, 2, 2, 2, 0.05)]).toEqual([255, 255, 255, 255]);
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
