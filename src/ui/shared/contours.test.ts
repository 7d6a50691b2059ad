import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contourPath, fieldOf } from './contours.ts';

type Point = readonly [x: number, y: number];

/** The curves of a path, each piece as eight straight ones. */
function curves(path: string): Point[][] {
  return path
    .split('Z')
    .filter(Boolean)
    .map(loop => {
      const [, start = '', ...pieces] = loop.split(/[MQ]/);
      const numbers = (text: string) => text.trim().split(' ').map(Number);
      let [x = 0, y = 0] = numbers(start);
      return pieces.flatMap(piece => {
        const [cx = 0, cy = 0, ex = 0, ey = 0] = numbers(piece);
        const [sx, sy] = [x, y];
        [x, y] = [ex, ey];
        return Array.from({ length: 8 }, (_, i): Point => {
          const t = (i + 1) / 8;
          const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
          return [a * sx + b * cx + c * ex, a * sy + b * cy + c * ey];
        });
      });
    });
}

/** By the even-odd rule: how often a line to the right crosses the curves. */
function contains(loops: readonly Point[][], x: number, y: number): boolean {
  let inside = false;
  for (const loop of loops)
    loop.forEach(([x1, y1], i) => {
      const [x0, y0] = loop.at(i - 1) as Point;
      if (y0 > y !== y1 > y && x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) inside = !inside;
    });
  return inside;
}

const size = 9;
const masks = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: size * size, maxLength: size * size });
const probabilities = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: size * size, maxLength: size * size });

function expectSameSides(mask: Uint8Array, path: string): void {
  const loops = curves(path);
  const found = Array.from(mask, (_, i) => Number(contains(loops, (i % size) + 0.5, Math.floor(i / size) + 0.5)));
  expect(found).toEqual(Array.from(mask));
}

test('each pixel’s centre is on its own side of the curve, whatever the mask', () => {
  fc.assert(
    fc.property(masks, values => {
      const mask = Uint8Array.from(values);
      expectSameSides(mask, contourPath(size, fieldOf(size, mask)));
    }),
  );
});

test('so it is with a probability, at any threshold, also where the mask was refined', () => {
  fc.assert(
    fc.property(masks, probabilities, fc.integer({ min: 1, max: 99 }), (values, bytes, level) => {
      const mask = Uint8Array.from(values);
      expectSameSides(mask, contourPath(size, fieldOf(size, mask, Uint8Array.from(bytes), level / 100)));
    }),
  );
});

test('the curve stays in the picture, and is none without a lesion', () => {
  fc.assert(
    fc.property(masks, values => {
      const path = contourPath(size, fieldOf(size, Uint8Array.from(values)));
      const all = curves(path).flat(2);
      expect(Math.min(0, ...all)).toBeGreaterThan(-1e-9);
      expect(Math.max(0, ...all)).toBeLessThan(size + 1e-9);
    }),
  );
  expect(contourPath(size, fieldOf(size, new Uint8Array(size * size)))).toBe('');
  expect(contourPath(size, fieldOf(size, new Uint8Array(size * size).fill(1)))).toMatch(/^M[^M]*Z$/);
});

test('a disc’s border is its circle within a fifth of a pixel by its probability, by its mask alone within half a pixel', () => {
  const [side, middle, radius] = [40, 20.3, 11.7];
  const distance = (i: number) => Math.hypot((i % side) + 0.5 - middle, Math.floor(i / side) + 0.5 - middle) - radius;
  const all = Array.from({ length: side * side }, (_, i) => distance(i));
  const mask = Uint8Array.from(all, d => (d < 0 ? 1 : 0));
  // A slope of eight pixels, whose middle is the border; and the same cut at another threshold, a pixel further out.
  const probability = Uint8Array.from(all, d => Math.round(255 * Math.min(1, Math.max(0, 0.5 - d / 8))));
  const off = (path: string, from: number) => {
    const loops = curves(path);
    expect(loops).toHaveLength(1);
    return Math.max(...loops.flat().map(([x, y]) => Math.abs(Math.hypot(x - middle, y - middle) - from)));
  };
  expect(off(contourPath(side, fieldOf(side, mask)), radius)).toBeLessThan(0.5);
  expect(off(contourPath(side, fieldOf(side, mask, probability)), radius)).toBeLessThan(0.2);
  const wider = Uint8Array.from(all, d => (d < 1 ? 1 : 0));
  expect(off(contourPath(side, fieldOf(side, wider, probability, 0.375)), radius + 1)).toBeLessThan(0.2);
});

test('two pixels that touch at a corner are one area where the middle between them is lesion', () => {
  const corner = (middle: number) => Float32Array.from([...[1, middle, 0], ...[middle, 1, 0], ...[0, 0, 0]]);
  expect(contourPath(3, corner(0.1)).match(/M/g)).toHaveLength(1);
  expect(
    contourPath(
      3,
      corner(0).map(value => (value === 1 ? 0.6 : value)),
    ).match(/M/g),
  ).toHaveLength(2);
});
