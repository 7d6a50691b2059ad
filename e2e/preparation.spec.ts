/** Images that are no squares: framed otherwise, their light made grey, and scored in the masks' own sizes. */
import { decode } from 'fast-png';
import JSZip from 'jszip';
import { inLesion, soundPairs, zipOf } from './fixtures.ts';
import {
  bytesOf,
  clean,
  diceOf,
  downloadFrom,
  expect,
  exportedReport,
  goPlace,
  openStudio,
  pixelsOf,
  runTest,
  test,
  train,
} from './support.ts';

test('@long framing and colour constancy are the model’s, and scores count in the masks’ own sizes too', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=2&batch=4&epochs=2&lr=0.01&framing=letterbox&constancy=1');
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(12)));
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await expect(dataset).toContainText('16 × 16, letterbox, colour constancy');
  await train(page);

  // 48 × 32 in a square of 16: between 2 and 13 lie 11 rows of it, bars of 2 and 3 above and below, and its light is grey.
  const input = await pixelsOf(
    page
      .getByRole('region', { name: 'Predictions' })
      .getByAltText(/^Input /)
      .first(),
  );
  const pixel = (x: number, y: number) => input.data.slice((y * 16 + x) * 4, (y * 16 + x) * 4 + 3);
  for (const y of [0, 1, 13, 15]) expect(pixel(8, y)).toEqual([0, 0, 0]);
  const [red = 0, green = 0, blue = 0] = pixel(1, 3);
  // As stored it is 200 red and 160 blue.
  expect(red).toBeGreaterThan(150);
  expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(8);

  await runTest(page);
  const results = page.getByRole('region', { name: 'Test results' });
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const { test: scores, config, model } = await exportedReport(page);
  expect(config).toMatchObject({ framing: 'letterbox', constancy: true });
  expect(model).toMatchObject({ framing: 'letterbox', constancy: true });

  // The masks that the page gives, held against the truth as it was drawn.
  const masks = await JSZip.loadAsync(await bytesOf(await downloadFrom(page, 'Export masks')));
  const truth = Array.from({ length: 48 * 32 }, (_, i) => (inLesion(i % 48, Math.floor(i / 48), 48, 32) ? 1 : 0));
  for (const { id, dice } of scores.ownSize.images) {
    const mask = decode((await masks.file(`${id}_segmentation.png`)?.async('nodebuffer')) ?? Buffer.alloc(0));
    expect([mask.width, mask.height]).toEqual([48, 32]);
    expect(dice).toBeCloseTo(diceOf(Array.from(mask.data, Number), truth), 12);
  }

  await goPlace(page, 'Results');
  await expect(results.locator('.score-value')).toHaveText(scores.meanDice.toFixed(4));
  await results.getByRole('radio', { name: 'original mask size' }).check();
  await expect(results.locator('.score-value')).toHaveText(scores.ownSize.meanDice.toFixed(4));
  await clean(page, 'counted in own sizes');
  const csv = await downloadFrom(page, 'Export CSV');
  expect(csv.suggestedFilename()).toBe('lesion-studio-scores-own-size.csv');
  expect((await bytesOf(csv)).toString()).toContain(String(scores.ownSize.images[0].dice));

  // Other settings do not change what the model sees: the images are read again as it needs them.
  const file = await downloadFrom(page, 'safetensors');
  await goPlace(page, 'Data');
  await page.getByLabel('Framing', { exact: true }).selectOption('crop');
  await page.getByLabel('Colour constancy').uncheck();
  await train(page);
  await goPlace(page, 'Data');
  await expect(dataset).toContainText('16 × 16, crop ·');
  await goPlace(page, 'Models');
  await page.getByLabel('Model files').setInputFiles({
    ...{ name: 'letterbox.safetensors', mimeType: 'application/octet-stream' },
    buffer: await bytesOf(file),
  });
  await expect(page.getByRole('tabpanel', { name: 'Models' })).toContainText('letterbox, colour constancy');
  await runTest(page);
  await goPlace(page, 'Data');
  await expect(dataset).toContainText('16 × 16, letterbox, colour constancy', { timeout: 60_000 });
  await goPlace(page, 'Results');
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const again = await exportedReport(page);
  expect(again.test.images).toEqual(scores.images);
});
