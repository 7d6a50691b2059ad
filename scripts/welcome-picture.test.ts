import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { drawDemoPicture } from '../src/data/demo/draw.ts';
import { drawWelcomePicture } from './welcome-picture.ts';

test('the first page shows a square of a demo picture with its own mask, but for single pixels of the rim, light enough for a first load', () => {
  const { side, png, mask } = drawWelcomePicture();
  const { width, rgba, mask: whole } = drawDemoPicture(1, 15);
  const { data } = decode(png);
  /** Of the mask and that of the square from column `x` on. */
  const dice = (x: number) => {
    const own = mask.map((_, at) => whole[Math.floor(at / side) * width + (at % side) + x] ?? 0);
    const both = mask.reduce((sum, value, at) => sum + value * (own[at] ?? 0), 0);
    return (2 * both) / (mask.reduce((sum, value) => sum + value, 0) + own.reduce((sum, value) => sum + value, 0));
  };
  const lefts = Array.from({ length: width - side + 1 }, (_, x) => x);
  const left = lefts.reduce((best, x) => (dice(x) > dice(best) ? x : best), 0);
  expect(dice(left)).toBeGreaterThan(0.97);
  let furthest = 0;
  for (let at = 0; at < side * side; at++)
    for (let c = 0; c < 3; c++) {
      const from = Math.floor(at / side) * width + (at % side) + left;
      furthest = Math.max(furthest, Math.abs((data[at * 3 + c] ?? 0) - (rgba[from * 4 + c] ?? 0)));
    }
  expect(furthest).toBeLessThanOrEqual(2);
  // Its lesion stands free of the rim.
  const rim = mask.filter((_, at) => at < side || at >= side * (side - 1) || at % side === 0 || at % side === side - 1);
  expect(rim.every(value => value === 0)).toBe(true);
  expect(png.length).toBeLessThan(30_000);
});
