import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskLook } from './mask-notice.ts';

function noticeOf(inside: (x: number, y: number) => boolean, width = 30, height = 20): string {
  const look = maskLook(width, height);
  for (let y = 0; y < height; y++) look.push(Uint8Array.from({ length: width }, (_, x) => (inside(x, y) ? 1 : 0)));
  return look.finish();
}

test('empty, full, and what is between', () => {
  expect(noticeOf(() => false)).toBe('empty mask');
  expect(noticeOf(() => true)).toBe('full mask');
  expect(noticeOf((x, y) => Math.hypot(x - 15, y - 10) < 12)).toBe('');
  expect(noticeOf(x => x < 20)).toBe('');
});

test('a lesion within the picture is not inverted, and its opposite is, wherever it lies', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: 23 }),
      fc.integer({ min: 6, max: 13 }),
      fc.integer({ min: 5, max: 6 }),
      (x0, y0, r) => {
        const inside = (x: number, y: number) => Math.hypot(x - x0, y - y0) < r;
        expect(noticeOf(inside)).toBe('');
        expect(noticeOf((x, y) => !inside(x, y))).toBe('looks inverted');
      },
    ),
  );
});
