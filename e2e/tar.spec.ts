/** Tars and gzipped tars through the page, whose policy and worker the unit tests do not have. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { tarBytes } from '../src/testing/tars.ts';
import { soundPairs } from './fixtures.ts';
import { expect, openStudio, pairsRead, test } from './support.ts';

const dataset = (page: Page) => page.getByRole('region', { name: 'Dataset' });
const given = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'application/x-tar',
  buffer: Buffer.from(bytes),
});
const tarOf = (pairs: Record<string, Buffer>) =>
  tarBytes(Object.entries(pairs).map(([name, data]) => ({ name, data })));

test('images in a tar and masks in a tar.gz are one data set', async ({ page }) => {
  const entries = Object.entries(soundPairs(12));
  const [images, masks] = ['images', 'masks'].map(part =>
    tarOf(Object.fromEntries(entries.filter(([path]) => path.includes(part)))),
  );
  await openStudio(page);
  await page
    .getByLabel('Dataset files')
    .setInputFiles([given('input.tar', images!), given('truth.tar.gz', gzipSync(masks!))]);
  await pairsRead(page, 12);
  await expect(dataset(page)).toContainText('input.tar, truth.tar.gz');
});

test('a tar.gz that is cut, and one that unpacks to too much, are one alert each', async ({ page }) => {
  const sound = gzipSync(tarOf(soundPairs(12)));
  const bomb = gzipSync(tarBytes([{ name: 'bomb.jpg', size: '377777777777' }]));
  await openStudio(page);
  const cases: [string, Uint8Array, RegExp][] = [
    ['cut.tar.gz', sound.subarray(0, sound.length / 2), /cut\.tar\.gz is cut short or damaged/],
    ['bomb.tgz', bomb, /bomb\.tgz unpacks to more than 16 GB.*gunzip/],
  ];
  for (const [name, bytes, words] of cases) {
    await page.getByLabel('Dataset files').setInputFiles(given(name, bytes));
    await expect(page.getByRole('alert')).toHaveCount(1);
    await expect(page.getByRole('alert')).toContainText(words);
    await page.getByRole('alert').getByRole('button').click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});
