import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { dropTransparentColour, readPngMask } from './png-mask.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG by hand; `line` gives a row's packed bytes. */
function png(
  {
    width,
    height,
    depth,
    type,
    interlace = 0,
  }: Record<'width' | 'height' | 'depth' | 'type', number> & { interlace?: number },
  line: (y: number) => number[],
  ...before: Buffer[]
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  const rows = Buffer.concat([...Array(height).keys()].map(y => Buffer.from([0, ...line(y)])));
  return Uint8Array.from(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
      chunk('IHDR', header),
      ...before,
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

/** The second row, as RGBA of each pixel. */
function secondRow(bytes: Uint8Array<ArrayBuffer>): number[][] {
  const pixels = readPngMask(bytes)?.strip(1, 1);
  if (!pixels) throw new Error('nothing for the library');
  return [...Array(pixels.length / 4).keys()].map(x => [...pixels.subarray(4 * x, 4 * x + 4)]);
}

const grey = (...levels: number[]) => levels.map(level => [level, level, level, 255]);

test.each([1, 2, 4])('greys of %s bits are unpacked, row by row, and spread over 255', depth => {
  const most = (1 << depth) - 1;
  const values = [most, 0, 1, most, 0, 0, 0, 0, 1, 0].map(value => Math.min(value, most));
  const packed = values.map(value => value.toString(2).padStart(depth, '0')).join('');
  const bytes = packed.padEnd(Math.ceil(packed.length / 8) * 8, '1').match(/.{8}/g) ?? [];
  const line = bytes.map(bits => Number.parseInt(bits, 2));
  const file = png({ width: 10, height: 2, depth, type: 0 }, y => (y === 1 ? line : line.map(() => 0)));
  expect(secondRow(file)).toEqual(grey(...values.map(value => (value * 255) / most)));
});

test('a palette gives its colours with their alpha; a number that is not in it throws', () => {
  const palette = chunk('PLTE', Buffer.from([0, 0, 0, 128, 0, 0]));
  const clear = chunk('tRNS', Buffer.from([0]));
  const of = (last: number) => png({ width: 3, height: 2, depth: 8, type: 3 }, () => [0, 1, last], palette, clear);
  expect(secondRow(of(1))).toEqual([
    [0, 0, 0, 0],
    [128, 0, 0, 255],
    [128, 0, 0, 255],
  ]);
  expect(() => secondRow(of(7))).toThrow('not in the palette');
});

test('the transparent colour of a grey picture stays a value', () => {
  const white = chunk('tRNS', Buffer.from([0, 255]));
  expect(secondRow(png({ width: 2, height: 2, depth: 8, type: 0 }, () => [0, 255], white))).toEqual(grey(0, 255));
});

test('grey with alpha, RGB and RGBA keep their channels', () => {
  expect(secondRow(png({ width: 2, height: 2, depth: 8, type: 4 }, () => [0, 255, 7, 9]))).toEqual([
    [0, 0, 0, 255],
    [7, 7, 7, 9],
  ]);
  expect(secondRow(png({ width: 1, height: 2, depth: 8, type: 2 }, () => [1, 2, 3]))).toEqual([[1, 2, 3, 255]]);
  expect(secondRow(png({ width: 1, height: 2, depth: 8, type: 6 }, () => [1, 2, 3, 0]))).toEqual([[1, 2, 3, 0]]);
});

test('16 bits: the high ones, or the low ones where there are no others', () => {
  const size = { width: 2, height: 2, depth: 16, type: 0 };
  expect(secondRow(png(size, () => [0, 0, 255, 255]))).toEqual(grey(0, 255));
  expect(secondRow(png(size, () => [0, 0, 0, 1]))).toEqual(grey(0, 1));
});

test('a damaged one throws, and few bits in turns of Adam7 are left to the browser', () => {
  const file = png({ width: 9, height: 9, depth: 8, type: 0 }, () => Array(9).fill(3));
  expect(() => readPngMask(file.slice(0, -20))).toThrow();
  file[file.length - 14]! ^= 1;
  expect(() => readPngMask(file)).toThrow();
  expect(readPngMask(png({ width: 8, height: 1, depth: 1, type: 0, interlace: 1 }, () => [1]))).toBeUndefined();
});

test('the transparent colour is taken out of greys for other decoders; a palette keeps its own', () => {
  const clear = chunk('tRNS', Buffer.from([0, 1]));
  const greys = png({ width: 8, height: 1, depth: 1, type: 0 }, () => [1], clear);
  dropTransparentColour(greys);
  expect(Buffer.from(greys).includes('tRNS')).toBe(false);
  const palette = png({ width: 8, height: 1, depth: 1, type: 3 }, () => [1], chunk('PLTE', Buffer.alloc(6)), clear);
  dropTransparentColour(palette);
  expect(Buffer.from(palette).includes('tRNS')).toBe(true);
});
