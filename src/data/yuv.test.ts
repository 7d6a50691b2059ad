import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Planes, rgbaRows } from './yuv.ts';

const formats = ['I420', 'I422', 'I444'] as const;

function planesOf(
  format: Planes['format'],
  width: number,
  height: number,
  sample: (plane: number, x: number, y: number) => number,
): Planes {
  const plane = (i: number) => {
    const columns = i === 0 || format === 'I444' ? width : Math.ceil(width / 2);
    const rows = i === 0 || format !== 'I420' ? height : Math.ceil(height / 2);
    return Uint8Array.from({ length: columns * rows }, (_, at) => sample(i, at % columns, Math.floor(at / columns)));
  };
  return { format, width, height, planes: [plane(0), plane(1), plane(2)] };
}

test.each(formats)('%s: even colour is that of JFIF, to the nearest whole number', format =>
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (y, cb, cr) => {
      const pixels = rgbaRows(
        planesOf(format, 9, 5, plane => [y, cb, cr][plane] ?? 0),
        0,
        5,
      );
      const wanted = [
        y + 1.402 * (cr - 128),
        y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
        y + 1.772 * (cb - 128),
        255,
      ].map(value => Math.min(255, Math.max(0, value)));
      for (const [i, value] of pixels.entries()) expect(Math.abs(value - wanted[i % 4]!)).toBeLessThan(0.51);
    }),
  ),
);

test('half the columns: three quarters of the nearer and one of the farther, rounded down and up in turn', () => {
  const red = [100, 200, 110];
  const pixels = rgbaRows(
    planesOf('I422', 6, 1, (plane, x) => (plane === 2 ? red[x]! : 128)),
    0,
    1,
  );
  const found = [0, 1, 2, 3, 4, 5].map(x => pixels[4 * x]);
  const chroma = [100, (300 + 200 + 2) >> 2, (600 + 100 + 1) >> 2, (600 + 110 + 2) >> 2, (330 + 200 + 1) >> 2, 110];
  expect(found).toEqual(chroma.map(cr => Math.max(0, Math.min(255, 128 + Math.floor(1.402 * (cr - 128) + 0.5)))));
});

test('half of both: rows are mixed like columns, and rounded once', () => {
  // One column: only the rows differ.
  const red = [100, 200, 110];
  const pixels = rgbaRows(
    planesOf('I420', 2, 6, (plane, _, y) => (plane === 2 ? red[y]! : 128)),
    0,
    6,
  );
  const chroma = [
    ...[100, (300 + 200) / 4, (600 + 100) / 4, (600 + 110) / 4, (330 + 200) / 4, 110].map(value =>
      // The left pixel is rounded by 8 of 16, a half upwards.
      Math.floor(value + 0.5),
    ),
  ];
  const found = [0, 1, 2, 3, 4, 5].map(y => pixels[4 * 2 * y]);
  expect(found).toEqual(chroma.map(cr => Math.max(0, Math.min(255, 128 + Math.floor(1.402 * (cr - 128) + 0.5)))));
});

test('strips are parts of the whole, whatever the sides', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      fc.integer({ min: 8, max: 21 }),
      fc.integer({ min: 8, max: 21 }),
      fc.nat(7),
      (format, width, height, y) => {
        const planes = planesOf(format, width, height, (plane, x, row) => (x * 37 + row * 101 + plane * 53) % 256);
        const whole = rgbaRows(planes, 0, height);
        expect(rgbaRows(planes, y, height - y)).toEqual(whole.slice(4 * width * y));
      },
    ),
  );
});
