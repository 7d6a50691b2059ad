/** The model and the data set, packed for other places and opened again. */
import type { Page } from '@playwright/test';
import JSZip from 'jszip';
import * as ort from 'onnxruntime-web';
import { bytesOf, clean, expect, exportedReport, goPlace, openStudio, test, train, useDemoData } from './support.ts';

const SIZE = 32;

/** An item of the menu *Export*. */
async function unzip(page: Page, item: string) {
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 30_000 }),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return JSZip.loadAsync(await bytesOf(download));
}
const bytes = (zip: JSZip, name: string) => zip.file(name)!.async('uint8array');
const text = (zip: JSZip, name: string) => zip.file(name)!.async('string');

/** The values of a NumPy file: its header ends at a multiple of 64. */
async function values(zip: JSZip, name: string): Promise<Float32Array> {
  const file = await bytes(zip, name);
  return new Float32Array(file.slice(10 + file[8]! + 256 * file[9]!).buffer);
}

test('a tested model and its data go to BioImage.IO, Hugging Face and nnU-Net', async ({ page }) => {
  await openStudio(page, `size=${SIZE}&filters=2&batch=4&epochs=1&demo=20&lr=0.02`);
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Results');
  await page.getByRole('button', { name: 'Run test split' }).click();
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const report = await exportedReport(page);
  const dice = `| Dice | ${report.test.meanDice.toFixed(4)} (`;

  const zoo = await unzip(page, 'Export for BioImage.IO');
  expect(await text(zoo, 'README.md')).toContain(dice);
  // What the page's engine made of the test input, onnxruntime makes of it too.
  const given = (await values(zoo, 'test_input.npy')).map(value => value / 255);
  const wanted = await values(zoo, 'test_output.npy');
  for (const name of ['model.onnx', 'model-fixed.onnx']) {
    const session = await ort.InferenceSession.create(await bytes(zoo, name));
    const { probability } = await session.run({ image: new ort.Tensor('float32', given, [1, 3, SIZE, SIZE]) });
    const worst = Math.max(...wanted.map((p, i) => Math.abs(p - (probability?.data[i] as number))));
    expect(worst, name).toBeLessThan(1e-4);
    await session.release();
  }
  expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.01);

  const hub = await unzip(page, 'Export for Hugging Face');
  expect(await text(hub, 'README.md')).toContain(dice);
  expect(JSON.parse(await text(hub, 'config.json'))).toMatchObject({ arch: 'improved-unet', size: SIZE, filters: 2 });

  const pairs = await unzip(page, 'Export for nnU-Net');
  const [fold] = JSON.parse(await text(pairs, 'Dataset501_Lesions/splits_final.json'));
  expect(fold).toEqual({ train: report.split.train, val: report.split.validation });
  const tested = report.split.test.map((id: string) => `Dataset501_Lesions/labelsTs/${id}.png`);
  for (const path of tested) expect(pairs.file(path)).not.toBeNull();
  await clean(page, 'exports');
});

test('@long a test’s report has borders, intervals, confidence and subgroups', async ({ page }) => {
  await openStudio(page, `size=${SIZE}&filters=2&batch=8&epochs=2&demo=120&lr=0.02`);
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Results');
  await page.getByRole('button', { name: 'Run test split' }).click();
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const { test: tested, model } = await exportedReport(page);
  for (const result of [tested, tested.ownSize]) {
    for (const name of ['meanSurfaceDice', 'meanHausdorff95', 'meanAverageSurfaceDistance', 'meanBoundaryIoU']) {
      const [low, high] = result.intervals[name];
      expect(low).toBeLessThanOrEqual(result[name]);
      expect(high).toBeGreaterThanOrEqual(result[name]);
    }
    expect(result.subgroups.length).toBeGreaterThan(2);
  }
  expect(tested.calibration.bins).toHaveLength(10);
  // Twelve validation images: enough to predict a Dice by.
  expect(model.thresholds[0].diceFit.images).toBe(12);
  for (const image of tested.images) expect(image.predictedDice).toBeGreaterThanOrEqual(0);
});
