import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsAbove } from './enlarge.ts';
import { union } from './rows.ts';
import { emptyMask, fromBits, toBits, withBand } from './run-mask.ts';
import { ink, type Layer, paint, type View } from './screen.ts';
import { segmentBand } from './strokes.ts';

const [WIDTH, HEIGHT] = [24, 20];
const [FILL, LINE, CASING] = [ink(0, 200, 0, 0.3), ink(0, 0, 250), ink(0, 0, 0, 0.7)];
const view = fc.record({
  scale: fc.double({ min: 0.3, max: 6, noNaN: true }),
  left: fc.double({ min: -8, max: 20, noNaN: true }),
  top: fc.double({ min: -8, max: 16, noNaN: true }),
});
const bits = fc.uint8Array({ minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT, max: 1 });

describe('a mask on the screen', () => {
  const layerOf = (mask: ReturnType<typeof fromBits>): Layer => ({
    ...{ rowAt: y => mask.rows[y], fill: FILL, line: LINE, casing: CASING, thickness: 2 },
  });
  const [COLUMNS, ROWS] = [50, 40];
  const whole = (layers: Layer[], of: View) => {
    const pixels = new Uint32Array(COLUMNS * ROWS);
    paint(pixels, { left: 0, top: 0, width: COLUMNS, height: ROWS }, COLUMNS, of, layers);
    return pixels;
  };

  test('each pixel shows the pixel of the image under its middle: lesion is filled or line, skin is bare or casing', () => {
    fc.assert(
      fc.property(bits, view, (mask, of) => {
        const pixels = whole([layerOf(fromBits(mask, WIDTH, HEIGHT))], of);
        const wrong: string[] = [];
        for (let v = 0; v < ROWS; v++)
          for (let u = 0; u < COLUMNS; u++) {
            // Where the middle lies on the edge of two pixels, rounding decides.
            const [x, y] = [of.left + (u + 0.5) / of.scale, of.top + (v + 0.5) / of.scale];
            if (Math.abs(x - Math.round(x)) < 1e-9) continue;
            const [column, row] = [Math.floor(x), Math.floor(y)];
            const inside = column >= 0 && row >= 0 && column < WIDTH && row < HEIGHT;
            const lesion = inside && mask[row * WIDTH + column] === 1;
            if (!(lesion ? [FILL, LINE] : [0, CASING]).includes(pixels[v * COLUMNS + u] ?? -1)) wrong.push(`${u} ${v}`);
          }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('a part of the screen shows what the whole shows there', () => {
    fc.assert(
      fc.property(bits, view, fc.nat(49), fc.nat(39), (mask, of, left, top) => {
        const layers = [
          layerOf(fromBits(mask, WIDTH, HEIGHT)),
          { ...layerOf(fromBits(mask, WIDTH, HEIGHT)), dashed: true },
        ];
        const [width, height] = [COLUMNS - left, ROWS - top];
        const part = new Uint32Array(width * height);
        paint(part, { left, top, width, height }, COLUMNS, of, layers);
        const all = whole(layers, of);
        for (let v = 0; v < height; v++)
          expect(part.subarray(v * width, (v + 1) * width)).toEqual(
            all.subarray((v + top) * COLUMNS + left, (v + top + 1) * COLUMNS),
          );
      }),
      { numRuns: 50 },
    );
  });

  test('the whole of a large screen takes less than a frame or two', () => {
    const at = { x: 2100, y: 1400, radius: 900 };
    const mask = withBand(emptyMask(4288, 2848), segmentBand(at, at, 4288, 2848), union);
    const layer = { ...layerOf(mask), thickness: 3 };
    const pixels = new Uint32Array(1400 * 900);
    const times = Array.from({ length: 9 }, () => {
      const begin = performance.now();
      paint(pixels, { left: 0, top: 0, width: 1400, height: 900 }, 1400, { scale: 0.31, left: 0, top: 0 }, [layer]);
      return performance.now() - begin;
    }).sort((a, b) => a - b);
    expect(pixels.filter(pixel => pixel === FILL).length).toBeGreaterThan(200_000);
    expect(times[4]).toBeLessThan(40);
  });
});

test('rows above a level are the pixels whose enlarged probability is above it, in whatever order they are asked for', () => {
  const level = 0.4;
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 64, maxLength: 64, min: 0, max: 1, noNaN: true }),
      fc.nat(11),
      (p, start) => {
        const sides = { size: 8, framing: 'letterbox', width: 16, height: 12 } as const;
        const row = rowsAbove(p, sides, level);
        const rows = Array.from({ length: 12 }, (_, i) => [(start + i) % 12, row((start + i) % 12)] as const);
        const found = toBits({ width: 16, height: 12, rows: rows.sort(([a], [b]) => a - b).map(([, each]) => each) });
        // 16 × 12 in 8 × 8: 8 × 6 pixels, from the second row on.
        for (let y = 0; y < 12; y++)
          for (let x = 0; x < 16; x++) {
            const sample = (at: number, most: number) => Math.min(Math.max((at + 0.5) / 2 - 0.5, 0), most);
            const [u, v] = [sample(x, 7), sample(y, 5)];
            const [u0, v0] = [Math.min(Math.floor(u), 6), Math.min(Math.floor(v), 4)];
            const value = (i: number, j: number) => p[(v0 + j + 1) * 8 + u0 + i]!;
            const [du, dv] = [u - u0, v - v0];
            const expected =
              (value(0, 0) * (1 - du) + value(1, 0) * du) * (1 - dv) + (value(0, 1) * (1 - du) + value(1, 1) * du) * dv;
            if (Math.abs(expected - level) > 1e-5) expect(found[y * 16 + x]).toBe(expected > level ? 1 : 0);
          }
      },
    ),
  );
});
