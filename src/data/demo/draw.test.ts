import { expect, test } from 'vitest';
import { drawDemoPicture } from './draw.ts';

const pictures = Array.from({ length: 12 }, (_, index) => drawDemoPicture(7, index));
const share = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0) / mask.length;

test('the same seed and number give the same picture, others another', () => {
  expect(drawDemoPicture(7, 3)).toEqual(pictures[3]);
  expect(drawDemoPicture(8, 3).rgba).not.toEqual(pictures[3]?.rgba);
  expect(new Set(pictures.map(({ rgba }) => rgba.slice(0, 4000).join())).size).toBe(12);
});

test('every lesion is there, of varied size, on a picture that is wider than high', () => {
  for (const { width, height, rgba, mask } of pictures) {
    expect(width).toBeGreaterThan(height);
    expect(rgba).toHaveLength(width * height * 4);
    expect(mask).toHaveLength(width * height);
    expect(share(mask)).toBeGreaterThan(0.01);
    expect(share(mask)).toBeLessThan(0.6);
  }
  const shares = pictures.map(({ mask }) => share(mask));
  expect(Math.max(...shares) / Math.min(...shares)).toBeGreaterThan(3);
});

test('the mask lies where the picture is darker: just inside the outline against just outside, on most pictures', () => {
  const darker = pictures.filter(({ width, height, rgba, mask }) => {
    let inside = 0;
    let outside = 0;
    for (let y = 0; y < height; y++)
      for (let x = 8; x < width - 8; x++) {
        const at = y * width + x;
        // Both 8 pixels to the side: one in the lesion, one out of it.
        if (mask[at - 8] === mask[at + 8]) continue;
        const [within, without] = mask[at - 8] === 1 ? [at - 8, at + 8] : [at + 8, at - 8];
        inside += rgba[within * 4 + 1] ?? 0;
        outside += rgba[without * 4 + 1] ?? 0;
      }
    return inside < outside * 0.93;
  });
  expect(darker.length).toBeGreaterThanOrEqual(11);
});
