/** TIFF images and masks through the page: the reader is loaded by the decode worker, under the page's policy. */
import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { type TiffSettings, tiffBytes } from '../src/testing/tiffs.ts';
import { inLesion, mask, skin, soundPairs, zipOf } from './fixtures.ts';
import { keptBytes } from './kept.ts';
import { expect, openStudio, pairsRead, test } from './support.ts';

const [WIDTH, HEIGHT] = [48, 32];
const dataset = (page: Page) => page.getByRole('region', { name: 'Dataset' });
const rejected = (page: Page) => page.getByRole('list', { name: 'Rejected files' });

const skinTiff = (shade: number, settings: TiffSettings = {}) =>
  Buffer.from(
    tiffBytes(
      WIDTH,
      HEIGHT,
      (x, y, c) => (inLesion(x, y, WIDTH, HEIGHT) ? 60 + 10 * c + shade : 200 - 20 * c + ((x + y + shade) % 9)),
      { samples: 3, ...settings },
    ),
  );
const maskTiff = (one: number, settings: TiffSettings = {}) =>
  Buffer.from(tiffBytes(WIDTH, HEIGHT, (x, y) => (inLesion(x, y, WIDTH, HEIGHT) ? one : 0), settings));
const packed = { pack: (part: Uint8Array) => new Uint8Array(deflateSync(part)), tags: { 259: [8] } };

test('pairs in TIFF are read as the same pairs in PNG are, to the byte', async ({ page }) => {
  const settings: [image: TiffSettings, mask: readonly [number, TiffSettings]][] = [
    [{}, [255, {}]],
    [{ little: false, planes: true }, [1, { bits: 1 }]],
    [{ tile: [16, 16] }, [1, {}]],
    [{ rowsPerStrip: 5, ...packed }, [255, packed]],
    // 8 bits in 16, and turned, which is left alone for the mask has the stored sides.
    [{ bits: 16 }, [65535, { bits: 16 }]],
    [{ tags: { 274: [6] } }, [255, { tags: { 274: [3] } }]],
  ];
  const pngs: Record<string, Buffer> = {};
  const tiffs: Record<string, Buffer> = {};
  for (let i = 0; i < 12; i++) {
    const [image, [one, maskSettings]] = settings[i % settings.length]!;
    pngs[`images/${10 + i}.png`] = skin(WIDTH, HEIGHT, i);
    pngs[`masks/${10 + i}.png`] = mask(WIDTH, HEIGHT);
    tiffs[`images/${10 + i}.tif`] = skinTiff(i, image);
    tiffs[`masks/${10 + i}.TIFF`] = maskTiff(one, maskSettings);
  }
  await openStudio(page);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(pngs, 'pngs.zip'));
  await expect(dataset(page)).toContainText('pngs.zip');
  await pairsRead(page, 12);
  const wanted = await keptBytes(page);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(tiffs, 'tiffs.zip'));
  await expect(dataset(page)).toContainText('tiffs.zip');
  await pairsRead(page, 12);
  await expect(rejected(page)).toHaveCount(0);
  expect(await keptBytes(page)).toEqual(wanted);
});

test('TIFFs that cannot be used are listed with the reason; without one the reader is not loaded', async ({ page }) => {
  const loaded: string[] = [];
  page.context().on('request', request => loaded.push(request.url()));
  await openStudio(page);
  const sound = soundPairs(12);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(sound, 'sound.zip'));
  await pairsRead(page, 12);
  expect(loaded.filter(url => url.includes('read-tiff'))).toEqual([]);
  const entries: Record<string, Buffer> = {
    ...sound,
    'data/images/CMYK.tif': skinTiff(0, { samples: 4, photometric: 5 }),
    'data/images/CUT.tif': skinTiff(0, { tags: { 273: [99_999] } }),
    'data/images/LARGE.tif': skinTiff(0, { tags: { 256: [60_000], 257: [60_000] } }),
  };
  for (const id of ['CMYK', 'CUT', 'LARGE']) entries[`data/masks/${id}_segmentation.png`] = mask(WIDTH, HEIGHT);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(entries));
  await pairsRead(page, 12);
  await expect(rejected(page)).toContainText('CMYK.tif — is a TIFF in CMYK, which is not read here; save it as PNG');
  await expect(rejected(page)).toContainText('CUT.tif — does not decode; the TIFF data are damaged or cut short');
  await expect(rejected(page)).toContainText('LARGE.tif — has 60000 × 60000 pixels, 3600 million; at most 64 million');
  expect(loaded.filter(url => url.includes('read-tiff')).length).toBeGreaterThan(0);
});
