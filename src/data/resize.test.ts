import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaAverager, thresholdMask } from './resize.ts';

/** The definition, slowly: the mean over the covered rectangle, with overlaps as exact fractions over size². */
function reference(pixels: Uint8Array, width: number, height: number, size: number, channels: number): number[] {
  const overlap = (x: number, i: number, length: number) =>
    BigInt(Math.max(0, Math.min((x + 1) * size, (i + 1) * length) - Math.max(x * size, i * length)));
  const out: number[] = [];
  const area = BigInt(width * height);
  for (let j = 0; j < size; j++)
    for (let i = 0; i < size; i++)
      for (let c = 0; c < channels; c++) {
        let sum = 0n;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            sum += BigInt(pixels[(y * width + x) * channels + c] ?? 0) * overlap(x, i, width) * overlap(y, j, height);
        out.push(Number((2n * sum + area) / (2n * area)));
      }
  return out;
}

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 23 }),
    height: fc.integer({ min: 1, max: 23 }),
    size: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom(1, 3),
    strip: fc.integer({ min: 1, max: 7 }),
  })
  .chain(shape =>
    fc.record({
      shape: fc.constant(shape),
      pixels: fc.uint8Array({
        minLength: shape.width * shape.height * shape.channels,
        maxLength: shape.width * shape.height * shape.channels,
      }),
    }),
  );

test('equals the mean over the covered rectangle, shrinking and enlarging, in strips of any height', () => {
  fc.assert(
    fc.property(picture, ({ shape: { width, height, size, channels, strip }, pixels }) => {
      const average = areaAverager(width, height, size, channels);
      for (let y = 0; y < height; y += strip) {
        const rows = Math.min(strip, height - y);
        average.push(pixels.subarray(y * width * channels, (y + rows) * width * channels), rows, channels);
      }
      expect([...average.finish()]).toEqual(reference(pixels, width, height, size, channels));
    }),
    { numRuns: 150 },
  );
});

test('same size is the identity; an unfinished picture is refused', () => {
  const pixels = Uint8Array.from({ length: 16 }, (_, i) => i * 16);
  const average = areaAverager(4, 4, 4, 1);
  expect(() => average.finish()).toThrow('0 of 4 rows');
  average.push(pixels, 4, 1);
  expect([...average.finish()]).toEqual([...pixels]);
});

test('a mask is lesion from half of full grey, by luma', () => {
  const rgba = new Uint8ClampedArray([
    127, 127, 127, 255, 128, 128, 128, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255,
  ]);
  const bits = new Uint8Array(5);
  expect(thresholdMask(rgba, bits)).toBeCloseTo(149.685);
  expect([...bits]).toEqual([0, 1, 0, 1, 0]);
});
