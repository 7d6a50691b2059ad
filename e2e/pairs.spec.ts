/** The pairs are looked through before training, and some left out by hand and taken back. */
import { readFile } from 'node:fs/promises';
import { inLesion, mask, png, soundPairs, zipOf } from './fixtures.ts';
import { clean, downloadFrom, expect, goPlace, openStudio, startTraining, test } from './support.ts';

/** Told apart by their brightness, so that none counts as another's copy. */
const image = (width: number, height: number, number: number) =>
  png(width, height, 'rgb', (x, y, c) => (inLesion(x, y, width, height) ? 60 + 10 * c : 90 + 3 * number - 10 * c));

/** 40 sound pairs, one with an empty mask, and one with a mask that is turned round. */
function someOdd(): Record<string, Buffer> {
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  return {
    ...Object.fromEntries(numbers.map(i => [`data/images/ISIC_${1000 + i}.png`, image(48, 32, i)])),
    ...Object.fromEntries(numbers.map(i => [`data/masks/ISIC_${1000 + i}_segmentation.png`, mask(48, 32)])),
    'data/images/ISIC_2000.png': image(60, 40, 41),
    'data/masks/ISIC_2000_segmentation.png': png(60, 40, 'grey', () => 0),
    'data/images/ISIC_2001.png': image(60, 40, 43),
    'data/masks/ISIC_2001_segmentation.png': png(60, 40, 'grey', (x, y) => (inLesion(x, y, 60, 40) ? 0 : 255)),
  };
}

test('pairs are filtered, shown large, left out and taken back, which changes split and fingerprint', async ({
  page,
}) => {
  test.slow();
  await openStudio(page, 'size=32&engine=cpu&split=1');
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(someOdd())]);
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await expect(dataset.getByText('42 pairs', { exact: true }).first()).toBeVisible();
  const fingerprint = dataset.getByRole('definition').filter({ has: page.locator('code') });
  await dataset.getByText('More', { exact: true }).click();
  const before = await fingerprint.textContent();

  await test.step('the notices lead to what they are about', async () => {
    await dataset.getByRole('button', { name: 'Show them' }).first().click();
    await expect(page.getByRole('button', { name: /^ISIC_2000, lesion 0\.0 %, .*Empty$/ })).toBeVisible();
    await expect(page.getByText('1 of 42 shown')).toBeVisible();
  });

  const pairs = page.getByRole('region', { name: 'Pairs' });
  const show = pairs.getByLabel('Show');
  await test.step('filters and order', async () => {
    await show.selectOption({ label: 'with a notice (2)' });
    await expect(page.getByText('2 of 42 shown')).toBeVisible();
    await show.selectOption({ label: 'all pairs (42)' });
    await dataset.getByLabel('Lesion share, %, at least').fill('50');
    await expect(page.getByText('1 of 42 shown')).toBeVisible();
    await expect(pairs.getByRole('button', { name: /^ISIC_2001/ })).toBeVisible();
    await dataset.getByLabel('Lesion share, %, at least').fill('');
    await dataset.getByLabel('Shorter side, px, at least').fill('40');
    await expect(page.getByText('2 of 42 shown')).toBeVisible();
    await dataset.getByRole('button', { name: 'Side from 40 px, remove' }).click();
    await expect(dataset.getByLabel('Shorter side, px, at least')).toHaveValue('');
    await pairs.getByRole('radio', { name: /^Test/ }).check();
    await expect(pairs.getByRole('button', { name: /, test/ })).toHaveCount(5);
    await pairs.getByRole('radio', { name: /^All/ }).check();
    await pairs.getByLabel('Sort by').selectOption('Lesion share');
    await expect(pairs.locator('[data-place]').first()).toHaveAccessibleName(/^ISIC_2000/);
    await pairs.getByRole('button', { name: 'Rising: sort falling' }).click();
    await expect(pairs.locator('[data-place]').first()).toHaveAccessibleName(/^ISIC_2001/);
  });

  const detail = page.getByRole('region', { name: 'Selected pair' });
  await test.step('a click shows it large with what is known of it; keys go on', async () => {
    await pairs.getByRole('button', { name: /^ISIC_2001/ }).click();
    await expect(detail.getByText('Its mask looks inverted')).toBeVisible();
    await expect(detail.getByText('data/masks/ISIC_2001_segmentation.png')).toBeVisible();
    await expect(detail.getByText('60 × 40')).toBeVisible();
    // From the file itself, not from the 32 pixels of training.
    await expect
      .poll(() => detail.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(512);
    await clean(page, 'pair open');
    // Narrow, the open pair covers the rest of the place.
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press('ArrowRight');
    await expect(detail.getByText('Its mask looks inverted')).toBeHidden();
    await page.keyboard.press('ArrowLeft');
    await expect(detail.getByText('Its mask looks inverted')).toBeVisible();
  });

  await test.step('left out: no part, another fingerprint, one pair fewer', async () => {
    await detail.getByRole('button', { name: 'Leave out' }).click();
    await expect(dataset.getByText('41 pairs', { exact: true }).first()).toBeVisible();
    await expect(dataset.getByText('1 pair left out by hand')).toBeVisible();
    await expect(dataset.getByText('train 32 · validation 4 · test 5')).toBeVisible();
    await expect(fingerprint).not.toHaveText(before ?? '');
    await expect(page.getByText('42 of 42 shown')).toBeVisible();
    const csv = await readFile(await (await downloadFrom(page, 'Export pairs')).path(), 'utf8');
    expect(csv).toMatch(/"ISIC_2001",.*,left out,"looks inverted"/);
    expect(csv.trim().split('\r\n')).toHaveLength(43);
    // The same with the signs of another language.
    await dataset.getByRole('button', { name: 'CSV for spreadsheets' }).click();
    const downloaded = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Decimal comma: 0,5' }).click();
    const local = await readFile(await (await downloaded).path(), 'utf8');
    expect(local.startsWith('\uFEFFid;image_path;')).toBe(true);
    expect(local).toMatch(/"ISIC_2001";.*;60;40;0,\d{4};\d+,\d{4};left out;"looks inverted"/);
  });

  await test.step('at another size it stays out, and a run does without it', async () => {
    await goPlace(page, 'Train');
    await page.getByLabel('Image size').fill('16');
    await page.getByLabel('Base filters').fill('1');
    await page.getByRole('textbox', { name: 'Epochs' }).fill('1');
    await startTraining(page);
    await expect(page.getByText('Finished after 1 epoch')).toBeVisible({ timeout: 60_000 });
    const report = JSON.parse(await readFile(await (await downloadFrom(page, 'Export report')).path(), 'utf8'));
    expect(report.dataset).toMatchObject({ pairs: 41, leftOut: ['ISIC_2001'] });
    const { train, validation, test: held } = report.split;
    expect([...train, ...validation, ...held].sort()).toEqual(
      [...Array.from({ length: 40 }, (_, i) => `ISIC_${1000 + i}`), 'ISIC_2000'].sort(),
    );
  });

  await test.step('taken back: as it was', async () => {
    await goPlace(page, 'Data');
    await detail.getByRole('button', { name: 'Take back' }).click();
    await expect(dataset.getByText('42 pairs', { exact: true }).first()).toBeVisible();
    await expect(fingerprint).toHaveText(before ?? '');
    await expect(dataset.getByText('left out by hand')).toBeHidden();
  });
});

test('a split from a file stays when a pair is left out', async ({ page }) => {
  await openStudio(page, 'size=32&engine=cpu');
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(soundPairs(12))]);
  await expect(page.getByText('train 9 · validation 1 · test 2')).toBeVisible();
  const id = (i: number) => `ISIC_${1000 + i}`;
  const parts = { train: [0, 1, 2, 3].map(id), validation: [4, 5].map(id), test: [6, 7, 8].map(id) };
  const split = JSON.parse(await readFile(await (await downloadFrom(page, 'Export split')).path(), 'utf8'));
  await page.getByLabel('Import split').setInputFiles({
    ...{ name: 'mine.json', mimeType: 'application/json' },
    buffer: Buffer.from(JSON.stringify({ ...split, ...parts })),
  });
  await expect(page.getByText('train 4 · validation 2 · test 3')).toBeVisible();
  await page.getByRole('button', { name: /^ISIC_1004/ }).click();
  await page.getByRole('button', { name: 'Leave out' }).click();
  await expect(page.getByText('train 4 · validation 1 · test 3')).toBeVisible();
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText('train 4 · validation 2 · test 3')).toBeVisible();
  // Two in a breath: the second builds on the first.
  await page.evaluate(() => {
    const { leaveOut } = window.studio.store.getState();
    void leaveOut('ISIC_1010', true);
    void leaveOut('ISIC_1011', true);
  });
  await expect(page.getByText('2 pairs left out by hand')).toBeVisible();
  await page.getByRole('button', { name: /^ISIC_1000/ }).click();
  await page.getByRole('button', { name: 'Leave out' }).click();
  await expect(page.getByRole('alert')).toContainText('Only 9 pairs would be left');
  await expect(page.getByText('train 4 · validation 2 · test 3')).toBeVisible();
});
