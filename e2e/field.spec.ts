/** The small inputs beside the project, where they are there: pairs, shares and notices as their README states them. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { bytesOf, downloadFrom, expect, openStudio, test } from './support.ts';

const FOLDER = resolve('..', 'shared', 'field');
test.skip(!existsSync(FOLDER), 'the small inputs are not beside the project');

const readme = existsSync(FOLDER) ? readFileSync(resolve(FOLDER, 'README.md'), 'utf8') : '';
const SHARES = (/share of lesion ([\d. ]+)/.exec(readme)?.[1] ?? '').trim().split(/ +/).map(Number);

/** Names of the files by what their pairs' shares are. */
const asStated = [
  ...['01-alpha-mask-black', '04-masks-0-1', '05-voc-layout-red', '05b-masks-red-128', '08-images-train-masks-train'],
  ...['07-numbered-test-without-masks', '09b-appledouble-folder', '09c-eadir-checkpoints-trash', '13-jfif'],
  ...['13d-imgs-masks-_mask', '16-nnunet-layout', '18b-groundtruth-folder'],
];
const others: Record<string, { shares: readonly number[]; notice: string }> = {
  '02-inverted-masks': { shares: SHARES.map(share => 1 - share), notice: 'looks inverted' },
  '03-all-white-masks': { shares: SHARES.map(() => 1), notice: 'full mask' },
  '03b-all-black-masks': { shares: SHARES.map(() => 0), notice: 'empty mask' },
};

async function rowsOf(page: Page, name: string): Promise<string[]> {
  await page.getByLabel('Dataset files').setInputFiles(resolve(FOLDER, `${name}.zip`));
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await expect(dataset.getByText(`${name}.zip · `)).toBeVisible();
  const csv = (await bytesOf(await downloadFrom(page, 'Export pairs'))).toString('utf8');
  return csv.trim().split('\r\n').slice(1);
}

test('two folders with the same numbers: each image has its own mask', async ({ page }) => {
  await openStudio(page, 'size=16');
  const rows = await rowsOf(page, '07b-two-folders-same-numbers');
  expect(rows).toHaveLength(24);
  for (const row of rows) expect(row).toMatch(/^"([ab]\/\d+)","([ab])\/images\/(\d+)\.jpg","\2\/masks\/\3\.png",/);
});

test('@long Export pairs gives the shares that their README states', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, 'size=16');
  const expected = { ...Object.fromEntries(asStated.map(name => [name, { shares: SHARES, notice: '' }])), ...others };
  for (const [name, { shares, notice }] of Object.entries(expected)) {
    const rows = await rowsOf(page, name);
    expect(rows, name).toHaveLength(shares.length);
    // Numbered copies come in the order of their names, which is another one.
    const found = rows.map(row => Number(/,(\d\.\d{4}),/.exec(row)?.[1])).sort();
    // The README rounds to three decimals.
    for (const [place, share] of [...shares].sort().entries())
      expect(Math.abs((found[place] ?? -1) - share), `${name}, ${place}`).toBeLessThan(0.0015);
    if (notice !== '') expect(rows.filter(row => row.endsWith(`"${notice}"`)).length, name).toBeGreaterThan(6);
  }
});
