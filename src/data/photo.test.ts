import { expect, test } from 'vitest';
import { jpegHeaderBytes } from '../testing/archives.ts';
import { readHeader } from './header.ts';
import { photoOf } from './photo.ts';

const source = (orientation: number) => ({
  path: 'a.jpg',
  origin: '',
  size: 1,
  read: async () => new Uint8Array(jpegHeaderBytes(700, 500, { orientation })).buffer,
});

test.each([
  ['as stored', 6, [700, 500], 1],
  ['read without a mask', 6, undefined, 1],
  ['read turned, as its mask is', 6, [500, 700], 6],
] as const)('the browser draws the file as its pixels were read: %s', async (_, orientation, sides, drawn) => {
  expect(readHeader(await photoOf(source(orientation), sides)).orientation).toBe(drawn);
});
