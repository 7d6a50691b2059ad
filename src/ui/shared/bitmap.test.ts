import { expect, test } from 'vitest';
import { bitmapFile } from './bitmap.ts';

test('an RGB picture stands from bottom to top, as blue, green, red, in rows of whole words', () => {
  const file = bitmapFile(2, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  expect([...file.slice(54)]).toEqual([9, 8, 7, 12, 11, 10, 0, 0, 3, 2, 1, 6, 5, 4, 0, 0]);
  const view = new DataView(file.buffer);
  expect([view.getUint32(2, true), view.getInt32(18, true), view.getInt32(22, true), view.getUint16(28, true)]).toEqual(
    [70, 2, 2, 24],
  );
});

test('a mask is black and white', () => {
  const file = bitmapFile(2, Uint8Array.of(0, 1, 1, 0));
  expect([...file.slice(54)]).toEqual([255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0]);
});

test('bytes that are no picture of that side are refused', () => {
  expect(() => bitmapFile(2, new Uint8Array(5))).toThrow(/5 bytes/);
});
