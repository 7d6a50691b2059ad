import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jpegHeaderBytes, pngBytes } from '../testing/archives.ts';
import { checkHeader, readHeader } from './header.ts';

test('PNG: size and depth, whatever the name', () => {
  expect(readHeader(pngBytes(9, 11, () => 0, { depth: 16 }))).toMatchObject({
    format: 'png',
    width: 9,
    height: 11,
    depth: 16,
  });
});

test.each([false, true])('JPEG: size behind Exif, progressive %s', progressive => {
  expect(readHeader(jpegHeaderBytes(700, 500, { progressive, orientation: 6 }))).toMatchObject({
    format: 'jpeg',
    width: 700,
    height: 500,
    orientation: 6,
  });
});

test.each([true, false])('the orientation can be switched off in place, little-endian %s', little => {
  const bytes = jpegHeaderBytes(700, 500, { orientation: 8, little });
  const { orientation, orientationAt } = readHeader(bytes);
  expect(orientation).toBe(8);
  bytes[orientationAt ?? -1] = 1;
  expect(readHeader(bytes).orientation).toBe(1);
});

/** A TIFF block that says nothing but how the picture is turned. */
const tiff = (orientation: number) =>
  Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

test.each([33, -12])(
  'a PNG says how it is turned before or behind its pixels, and it can be switched off (%s)',
  place => {
    const plain = pngBytes(9, 11, () => 0);
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, 26]), Buffer.from('eXIf'), tiff(6), Buffer.alloc(4)]);
    const bytes = new Uint8Array(Buffer.concat([plain.subarray(0, place), chunk, plain.subarray(place)]));
    const { orientation, orientationAt, width, height } = readHeader(bytes);
    expect([orientation, width, height]).toEqual([6, 9, 11]);
    bytes[orientationAt ?? -1] = 1;
    expect(readHeader(bytes).orientation).toBe(1);
    // Cut before the chunk's end: not to be believed.
    expect(readHeader(bytes.subarray(0, 33 + 20))).toMatchObject({ orientation: 1, orientationAt: undefined });
  },
);

test('so does a WebP, behind chunks of odd length', () => {
  const header = Buffer.concat([Buffer.from('RIFF0000WEBPVP8X\x0a\0\0\0', 'latin1'), Buffer.alloc(10)]);
  const odd = Buffer.from('ICCP\x03\0\0\0abc\0', 'latin1');
  const bytes = new Uint8Array(Buffer.concat([header, odd, Buffer.from('EXIF\x1a\0\0\0', 'latin1'), tiff(3)]));
  const { orientation, orientationAt } = readHeader(bytes);
  expect(orientation).toBe(3);
  bytes[orientationAt ?? -1] = 1;
  expect(readHeader(bytes).orientation).toBe(1);
});

test('WebP and BMP: size', () => {
  const webp = new Uint8Array(30);
  webp.set(Buffer.from('RIFF0000WEBPVP8X', 'latin1'));
  webp.set([0x0f, 0x27, 0, 0x57, 0x02, 0], 24);
  expect(readHeader(webp)).toMatchObject({ format: 'webp', width: 10_000, height: 600 });
  const bmp = Buffer.alloc(54);
  bmp.write('BM', 'latin1');
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(33, 18);
  bmp.writeInt32LE(-44, 22);
  expect(readHeader(bmp)).toMatchObject({ format: 'bmp', width: 33, height: 44 });
});

test.each([
  ['empty', new Uint8Array(0), 'is empty'],
  ['text', new TextEncoder().encode('<svg/>'), 'is no JPEG, PNG, WebP, BMP or TIFF image'],
  ['cut PNG', pngBytes(9, 9, () => 0).subarray(0, 18), 'is cut short'],
  ['cut JPEG', jpegHeaderBytes(9, 9).subarray(0, 8), 'is cut short'],
])('%s is refused', (_, bytes, reason) => expect(() => readHeader(bytes)).toThrow(reason));

test('too many and too few pixels are refused with the numbers', () => {
  expect(() => checkHeader(readHeader(jpegHeaderBytes(65_535, 65_535)))).toThrow('65535 × 65535');
  expect(() => checkHeader(readHeader(pngBytes(1, 1, () => 0)))).toThrow('at least 8 × 8');
  expect(() => checkHeader(readHeader(jpegHeaderBytes(6688, 4439)))).not.toThrow();
});

test('any bytes give a header or a reason, never another error', () => {
  const webp = Buffer.from('RIFF0000WEBPVP8X\x0a\0\0\0', 'latin1');
  const seeds = [
    pngBytes(9, 9, () => 0),
    new Uint8Array(webp),
    jpegHeaderBytes(9, 9, { orientation: 3 }),
    new Uint8Array(0),
  ];
  const bytes = fc
    .tuple(fc.constantFrom(...seeds), fc.uint8Array({ maxLength: 40 }), fc.nat(60), fc.nat(80))
    .map(([seed, noise, at, length]) => {
      const mixed = new Uint8Array([...seed.subarray(0, length), ...noise]);
      if (mixed.length > 0) mixed[at % mixed.length] = at;
      return mixed;
    });
  fc.assert(
    fc.property(bytes, mixed => {
      try {
        expect(readHeader(mixed).width).toBeGreaterThanOrEqual(0);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error);
        expect((thrown as Error).name).toBe('Error');
      }
    }),
    { numRuns: 1000 },
  );
});
