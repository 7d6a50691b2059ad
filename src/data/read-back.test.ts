import { expect, test } from 'vitest';
import { compareReadBack, knownPicture } from './read-back.ts';

const drawn = knownPicture(16, 16);

test('the same, low bits, and anything more', () => {
  const changed = (by: (value: number, i: number) => number) => Uint8ClampedArray.from(drawn, by);
  expect(compareReadBack(drawn, drawn.slice())).toBe('same');
  expect(
    compareReadBack(
      drawn,
      changed((value, i) => (i === 401 ? value ^ 1 : value)),
    ),
  ).toBe('low bits');
  expect(
    compareReadBack(
      drawn,
      changed((value, i) => (i === 400 ? value ^ 64 : value)),
    ),
  ).toBe('altered');
  expect(
    compareReadBack(
      drawn,
      changed(() => 255),
    ),
  ).toBe('altered');
  expect(compareReadBack(drawn, drawn.subarray(4))).toBe('altered');
});

test('the known picture has every level in each channel', () => {
  for (const channel of [0, 1, 2]) expect(new Set(drawn.filter((_, i) => i % 4 === channel)).size).toBe(256);
});
