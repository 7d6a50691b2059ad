import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Framing, frame } from '../protocol/preparation.ts';
import { type Averaging, areaAverager, framedAverager, thresholdMask } from './resize.ts';

/** The definition, slowly: the mean over the covered rectangle, with overlaps as exact fractions. */
function reference(pixels: Uint8Array, { width, source, columns, rows, channels }: Averaging): number[] {
  const overlap = (x: number, i: number, length: number, count: number) =>
    BigInt(Math.max(0, Math.min((x + 1) * count, (i + 1) * length) - Math.max(x * count, i * length)));
  const out: number[] = [];
  const area = BigInt(source.width * source.height);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++)
      for (let c = 0; c < channels; c++) {
        let sum = 0n;
        for (let y = 0; y < source.height; y++)
          for (let x = 0; x < source.width; x++)
            sum +=
              BigInt(pixels[((source.top + y) * width + source.left + x) * channels + c] ?? 0) *
              overlap(x, i, source.width, columns) *
              overlap(y, j, source.height, rows);
        out.push(Number((2n * sum + area) / (2n * area)));
      }
  return out;
}

const side = fc.integer({ min: 1, max: 23 });
const small = fc.integer({ min: 1, max: 12 });
const picture = fc
  .record({ width: side, height: side, columns: small, rows: small, channels: fc.constantFrom(1, 3) })
  .chain(shape =>
    fc.record({
      shape: fc.constant(shape),
      strip: fc.integer({ min: 1, max: 7 }),
      left: fc.integer({ min: 0, max: shape.width - 1 }),
      top: fc.integer({ min: 0, max: shape.height - 1 }),
      right: fc.integer({ min: 0, max: shape.width - 1 }),
      bottom: fc.integer({ min: 0, max: shape.height - 1 }),
      pixels: fc.uint8Array({
        minLength: shape.width * shape.height * shape.channels,
        maxLength: shape.width * shape.height * shape.channels,
      }),
    }),
  );

test('equals the mean over the covered rectangle, shrinking and enlarging any part, in strips of any height', () => {
  fc.assert(
    fc.property(picture, ({ shape, strip, left, top, right, bottom, pixels }) => {
      const { width, height, channels } = shape;
      const source = {
        left: Math.min(left, right),
        top: Math.min(top, bottom),
        width: Math.abs(right - left) + 1,
        height: Math.abs(bottom - top) + 1,
      };
      const averaging = { ...shape, source };
      const average = areaAverager(averaging);
      for (let y = 0; y < height; y += strip) {
        const rows = Math.min(strip, height - y);
        average.push(pixels.subarray(y * width * channels, (y + rows) * width * channels), rows, channels);
      }
      expect([...average.finish()]).toEqual(reference(pixels, averaging));
    }),
    { numRuns: 150 },
  );
});

test('a wide picture is squeezed, or stands between black bars, or loses its sides', () => {
  // Four columns 10, 20, 30, 40, each two rows high.
  const pixels = Uint8Array.of(10, 20, 30, 40, 10, 20, 30, 40);
  const framed = (framing: Framing) => {
    const average = framedAverager(framing, 4, { width: 4, height: 2, channels: 1 });
    average.push(pixels, 2, 1);
    return [...average.finish()];
  };
  const row = [10, 20, 30, 40];
  const black = [0, 0, 0, 0];
  expect(framed('squeeze')).toEqual([row, row, row, row].flat());
  expect(framed('letterbox')).toEqual([black, row, row, black].flat());
  expect(framed('crop')).toEqual(new Array(4).fill([20, 20, 30, 30]).flat());
});

test('a tall picture and an odd rest: the pixel more lies below or to the right', () => {
  expect(frame('letterbox', 5, 20, 40)).toEqual({
    source: { left: 0, top: 0, width: 20, height: 40 },
    target: { left: 1, top: 0, width: 3, height: 5 },
  });
  expect(frame('letterbox', 8, 1000, 1).target).toEqual({ left: 0, top: 3, width: 8, height: 1 });
  expect(frame('crop', 8, 7, 10).source).toEqual({ left: 0, top: 1, width: 7, height: 7 });
});

test('same size is the identity; an unfinished picture is refused', () => {
  const pixels = Uint8Array.from({ length: 16 }, (_, i) => i * 16);
  const average = framedAverager('squeeze', 4, { width: 4, height: 4, channels: 1 });
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
