import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tiffBytes } from '../../testing/tiffs.ts';
import { byLibtiff } from '../../testing/tiffs-by-libtiff.ts';
import { checkHeader, readHeader } from '../header.ts';
import { maskSurvey } from '../mask-values.ts';
import { readTiff } from './read-tiff.ts';

const file = (name: keyof typeof byLibtiff) => new Uint8Array(Buffer.from(byLibtiff[name], 'base64'));

/** All RGBA of the picture, read in strips of two rows. */
async function rgbaOf(bytes: Uint8Array<ArrayBuffer>): Promise<{ width: number; height: number; pixels: number[] }> {
  const { width, height, strip } = await readTiff(bytes);
  const pixels: number[] = [];
  for (let y = 0; y < height; y += 2) pixels.push(...strip(y, Math.min(2, height - y)));
  return { width, height, pixels };
}

type Sample = (x: number, y: number) => readonly number[];
const [WIDTH, HEIGHT] = [13, 9];
const wanted = (sample: Sample, width = WIDTH, height = HEIGHT) =>
  Array.from({ length: width * height }, (_, i) => sample(i % width, Math.floor(i / width))).flat();

const rgb: Sample = (x, y) => [(x * 19) % 256, (y * 28) % 256, (x * y * 7) % 256, 255];
const grey: Sample = (x, y) => [x * 19 + y, x * 19 + y, x * 19 + y, 255];
const disc = (x: number, y: number) => (x - 6) ** 2 + (y - 4) ** 2 < 12;
const black: Sample = (x, y) => (disc(x, y) ? [255, 255, 255, 255] : [0, 0, 0, 255]);
const colours = [
  [10, 20, 30, 255],
  [40, 50, 60, 255],
  [70, 80, 90, 255],
  [200, 210, 220, 255],
] as const;

describe('what libtiff wrote', () => {
  const cases: Record<Exclude<keyof typeof byLibtiff, 'bits, fax' | 'rgb, JPEG' | 'BigTIFF' | 'noise, LZW'>, Sample> = {
    rgb,
    'rgb, LZW': rgb,
    'rgb, deflate': rgb,
    'rgb, old deflate': rgb,
    'rgb, PackBits': rgb,
    'rgb, LZW by differences': rgb,
    'rgb, planes, deflate by differences': rgb,
    'rgb, tiles, LZW': rgb,
    'rgb, big-endian': rgb,
    'rgb, strips of two rows': rgb,
    pages: rgb,
    'rgba, LZW': (x, y) => [...rgb(x, y).slice(0, 3), (x * 20) % 256],
    'grey, LZW': grey,
    'grey16, deflate': grey,
    'grey16, by differences, big-endian': grey,
    bits: black,
    'bits, PackBits': black,
    'bits, deflate': black,
    'bits, lowest first': black,
    'palette, LZW': x => colours[x % 4]!,
  };
  test.each(Object.entries(cases))('%s', async (name, sample) => {
    const bytes = file(name as keyof typeof cases);
    expect(readHeader(bytes)).toMatchObject({ format: 'tiff', width: WIDTH, height: HEIGHT });
    const found = await rgbaOf(bytes);
    expect([found.width, found.height]).toEqual([WIDTH, HEIGHT]);
    expect(found.pixels).toEqual(wanted(sample));
  });

  test('noise that fills the table of LZW', async () => {
    let state = 1;
    const values = Array.from({ length: 72 * 72 }, () => {
      state = Number((BigInt(state) * 1103515245n + 12345n) % 2n ** 31n);
      return (state >> 16) & 255;
    });
    const { pixels } = await rgbaOf(file('noise, LZW'));
    expect(pixels.filter((_, i) => i % 4 === 0)).toEqual(values);
  });

  test.each([
    ['bits, fax', 'is a TIFF packed as CCITT Group 4 (fax), which is not read here; save it as PNG'],
    ['rgb, JPEG', 'is a TIFF in YCbCr, which is not read here; save it as PNG'],
  ] as const)('%s is told by name', async (name, reason) => {
    await expect(readTiff(file(name))).rejects.toThrow(reason);
  });

  test('BigTIFF is told by its header', () => {
    expect(() => readHeader(file('BigTIFF'))).toThrow('is a BigTIFF, which is not read here; save it as TIFF or PNG');
  });
});

describe('what a writer may choose', () => {
  const deep = (x: number, y: number) => x * 1000 + y * 4000;

  test.each([true, false])('byte order, little %s: 16 bits become 8', async little => {
    const { pixels } = await rgbaOf(tiffBytes(WIDTH, HEIGHT, deep, { bits: 16, little }));
    const value = (x: number, y: number) => Math.round(deep(x, y) / 257);
    expect(pixels).toEqual(wanted((x, y) => [value(x, y), value(x, y), value(x, y), 255]));
  });

  test('of 16 bits the low ones where nothing is above 255: labels, or a picture of 8 bits', async () => {
    const { pixels } = await rgbaOf(tiffBytes(WIDTH, HEIGHT, x => x * 20, { bits: 16 }));
    expect(pixels).toEqual(wanted(x => [x * 20, x * 20, x * 20, 255]));
  });

  test.each([1, 2, 4] as const)('greys of %s bits, from black and from white', async bits => {
    const most = 2 ** bits - 1;
    const sample = (x: number, y: number) => (x + y) % (most + 1);
    for (const photometric of [0, 1]) {
      const { pixels } = await rgbaOf(tiffBytes(WIDTH, HEIGHT, sample, { bits, photometric, rowsPerStrip: 4 }));
      const value = (x: number, y: number) => (Math.abs(sample(x, y) - (photometric === 0 ? most : 0)) * 255) / most;
      expect(pixels).toEqual(wanted((x, y) => [value(x, y), value(x, y), value(x, y), 255]));
    }
  });

  test('palettes of 8 bits instead of 16', async () => {
    const palette = [0, 1, 2].flatMap(channel => colours.map(colour => colour[channel] ?? 0));
    const { pixels } = await rgbaOf(
      tiffBytes(WIDTH, HEIGHT, x => x % 4, { bits: 2, photometric: 3, tags: { 320: palette } }),
    );
    expect(pixels).toEqual(wanted(x => colours[x % 4]!));
  });

  test('alpha: plain, premultiplied, and a fourth channel that is none', async () => {
    const sample = (x: number, _: number, channel: number) => (channel === 3 ? 51 : x * 4);
    const of = async (extra: number | null) =>
      (await rgbaOf(tiffBytes(WIDTH, HEIGHT, sample, { samples: 4, tags: { 338: extra === null ? null : [extra] } })))
        .pixels;
    expect(await of(2)).toEqual(wanted(x => [x * 4, x * 4, x * 4, 51]));
    expect(await of(1)).toEqual(wanted(x => [x * 20, x * 20, x * 20, 51]));
    expect(await of(0)).toEqual(wanted(x => [x * 4, x * 4, x * 4, 255]));
    expect(await of(null)).toEqual(wanted(x => [x * 4, x * 4, x * 4, 255]));
  });

  test('strips, tiles, planes and their order', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          width: fc.integer({ min: 1, max: 40 }),
          height: fc.integer({ min: 1, max: 40 }),
          samples: fc.constantFrom(1, 3),
          bits: fc.constantFrom(1, 2, 4, 8, 16 as const),
          little: fc.boolean(),
          planes: fc.boolean(),
          rows: fc.integer({ min: 1, max: 40 }),
          tile: fc.option(fc.constantFrom([16, 16] as const, [32, 16] as const), { nil: undefined }),
          packed: fc.boolean(),
        }),
        async ({ width, height, samples, bits, little, planes, rows, tile, packed }) => {
          const most = 2 ** bits - 1;
          // The corner is above 255, so that 16 bits are not small.
          const sample = (x: number, y: number, channel: number) =>
            x + y === 0 ? most : (x * 7 + y * 13 + channel * 5) % (most + 1);
          const bytes = tiffBytes(width, height, sample, {
            ...{ bits, samples, little, planes, rowsPerStrip: Math.min(rows, height) },
            ...(tile ? { tile } : {}),
            ...(packed ? { pack: (part: Uint8Array) => new Uint8Array(deflateSync(part)), tags: { 259: [8] } } : {}),
          });
          const { pixels } = await rgbaOf(bytes);
          const value = (x: number, y: number, channel: number) =>
            new Uint8ClampedArray([(sample(x, y, samples === 1 ? 0 : channel) * 255) / most])[0]!;
          expect(pixels).toEqual(
            wanted((x, y) => [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255], width, height),
          );
        },
      ),
      { numRuns: 200 },
    ));

  /** Which stored corner stands at the top left, and whether rows became columns (TIFF 6.0, Orientation). */
  test.each([
    [1, 0, 0, false],
    [2, 1, 0, false],
    [3, 1, 1, false],
    [4, 0, 1, false],
    [5, 0, 0, true],
    [6, 0, 1, true],
    [7, 1, 1, true],
    [8, 1, 0, true],
  ] as const)('orientation %s', async (orientation, right, below, swapped) => {
    const sample = (x: number, y: number) => y * WIDTH + x;
    const bytes = tiffBytes(WIDTH, HEIGHT, sample, { tags: { 274: [orientation] } });
    const header = readHeader(bytes);
    expect(header).toMatchObject({ orientation, width: WIDTH, height: HEIGHT });
    const { width, height, pixels } = await rgbaOf(bytes);
    expect([width, height]).toEqual(swapped ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
    const at = (x: number, y: number) => pixels[4 * (y * width + x)];
    expect(at(0, 0)).toBe(sample(right * (WIDTH - 1), below * (HEIGHT - 1)));
    // One step to the right as shown.
    const step = swapped ? WIDTH * (below ? -1 : 1) : right ? -1 : 1;
    expect(at(1, 0)).toBe((at(0, 0) ?? 0) + step);
    bytes[header.orientationAt ?? -1] = 1;
    expect((await rgbaOf(bytes)).pixels).toEqual(wanted((x, y) => [sample(x, y), sample(x, y), sample(x, y), 255]));
  });

  test('a mask is read like one in a PNG: 1 bit, labels 0 and 1', async () => {
    for (const bytes of [
      file('bits'),
      tiffBytes(WIDTH, HEIGHT, (x, y) => Number(disc(x, y))),
      tiffBytes(WIDTH, HEIGHT, (x, y) => Number(disc(x, y)), { bits: 16 }),
    ]) {
      const { width, height, strip } = await readTiff(bytes);
      const survey = maskSurvey(width);
      survey.push(strip(0, height), height);
      const reading = survey.finish();
      if (reading.kind !== 'read') throw new Error(reading.kind);
      const bits = new Uint8Array(width * height);
      reading.rule(strip(0, height), bits);
      expect([...bits]).toEqual(wanted((x, y) => [Number(disc(x, y))]));
    }
  });
});

describe('what is not read', () => {
  test.each([
    ['CMYK', { samples: 4, photometric: 5 }, 'is a TIFF in CMYK, which is not read here; save it as PNG'],
    ['floats', { tags: { 339: [3] } }, 'is a TIFF of signed or floating-point values, which'],
    ['32 bits', { tags: { 258: [32] } }, 'is a TIFF of 32 bits a channel, which'],
    ['bits that differ', { samples: 3, tags: { 258: [5, 6, 5] } }, 'is a TIFF of 5 and 6 bits a channel, which'],
    ['many channels', { samples: 12, photometric: 1 }, 'is a TIFF of 12 channels, which'],
    ['another method', { tags: { 259: [50001] } }, 'is a TIFF packed as WebP, which'],
    ['an unknown method', { tags: { 259: [4711] } }, 'is a TIFF packed as method 4711, which'],
    ['floating-point differences', { tags: { 317: [3] } }, 'is a TIFF with predictor 3, which'],
    ['parts that are missing', { tags: { 273: [8], 278: [2] } }, /damaged or cut short: its parts are not all there/],
    ['parts past the end', { tags: { 273: [99_999] } }, /does not decode; the TIFF data are damaged or cut short$/],
    ['no palette', { photometric: 3 }, /its palette is not all there/],
    ['too few bytes', { tags: { 279: [20] } }, /its data end too soon/],
    ['tiles without sizes', { tile: [16, 16], tags: { 322: [0] } }, /its parts have no sizes/],
    ['tiles of a gigapixel', { tile: [16, 16], tags: { 322: [65_520], 323: [65_520] } }, /its parts have no sizes/],
    ['deflate that is none', { tags: { 259: [8] } }, /damaged or cut short/],
    ['LZW that is none', { tags: { 259: [5] } }, /its (LZW )?data/],
  ] as const)('%s', async (_, settings, reason) => {
    await expect(readTiff(tiffBytes(WIDTH, HEIGHT, x => 255 - x, settings))).rejects.toThrow(reason);
  });

  test('a header without a size, or cut', () => {
    expect(() => readHeader(tiffBytes(9, 9, () => 0, { tags: { 257: null } }))).toThrow('its size is not stated');
    const bytes = tiffBytes(9, 9, () => 0);
    for (const length of [6, 60, bytes.length - 60])
      expect(() => readHeader(bytes.subarray(0, length))).toThrow('is cut short: its header is not complete');
  });

  test('more pixels than the limit, by the header alone', () => {
    const header = readHeader(tiffBytes(9, 9, () => 0, { tags: { 256: [60_000], 257: [60_000] } }));
    expect(() => checkHeader(header)).toThrow('has 60000 × 60000 pixels, 3600 million; at most 64 million are decoded');
  });

  test('a strip that unpacks to gigabytes is cut off where the picture is full', async () => {
    const zeros = deflateSync(Buffer.alloc(300e6));
    // 128 of a byte at a time.
    const runs = new Uint8Array(40e6).map((_, i) => (i % 2 ? 7 : 129));
    for (const [method, packed, value] of [
      [8, zeros, 0],
      [32773, runs, 7],
    ] as const) {
      const bytes = tiffBytes(WIDTH, HEIGHT, () => 1, { pack: () => packed, tags: { 259: [method] } });
      const begin = performance.now();
      const { pixels } = await rgbaOf(bytes);
      expect(performance.now() - begin).toBeLessThan(5000);
      expect(pixels).toEqual(wanted(() => [value, value, value, 255]));
    }
  });

  test('whatever is damaged is a picture or a reason', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(byLibtiff) as (keyof typeof byLibtiff)[])),
        fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(500)),
        async (name, flips, cut) => {
          const bytes = file(name).slice(0, cut ?? 10_000);
          for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value;
          try {
            checkHeader(readHeader(bytes), { pixels: 1e6, side: 1 });
            const { width, height, strip } = await readTiff(bytes);
            expect(strip(0, height)).toHaveLength(width * height * 4);
          } catch (thrown) {
            expect(thrown).toMatchObject({ message: expect.stringMatching(/^(is|has|does not decode)\b/) });
          }
        },
      ),
      { numRuns: 2000 },
    ));
});
