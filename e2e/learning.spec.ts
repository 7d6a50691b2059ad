/** Learning is real: the networks find the lesions, and on real images too where some are at hand. */
import { existsSync } from 'node:fs';
import { expect, exportedReport, openStudio, runTest, startTraining, test, train, useDemoData } from './support.ts';

test('@long a short training brings the validation Dice of demo images from below 0.5 to above 0.8', async ({
  page,
}) => {
  test.setTimeout(400_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=4&demo=100&lr=0.005&seed=1');
  await useDemoData(page);
  await startTraining(page);
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled({ timeout: 360_000 });
  const { epochs } = await exportedReport(page);
  // What the curve begins with: on the figure it stood for a fraction of a second.
  const first = await page.evaluate(() => window.studio.store.getState().run?.steps.points[0]);
  expect(first?.steps).toBe(1);
  expect(first?.dice).toBeLessThan(0.5);
  expect(Math.max(...epochs.map((epoch: { valDice: number }) => epoch.valDice))).toBeGreaterThan(0.8);
  await runTest(page);
  await expect(page.getByRole('region', { name: 'Test results' }).getByRole('table')).toBeVisible({ timeout: 60_000 });
  expect((await exportedReport(page)).test.meanDice).toBeGreaterThan(0.75);
});

const archive = process.env.ISIC_ZIP;

test('real images go the same way', async ({ page }) => {
  test.skip(!archive, 'ISIC_ZIP names no archive');
  test.setTimeout(400_000);
  expect(existsSync(archive ?? ''), `ISIC_ZIP=${archive}`).toBe(true);
  await openStudio(page, 'size=32&filters=4&batch=8&epochs=2&lr=0.002&seed=1');
  await page.getByLabel('Dataset files').setInputFiles(archive ?? '');
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await expect(dataset).toContainText(/train \d+ · validation \d+ · test \d+/, { timeout: 120_000 });
  await train(page, 300_000);
  await runTest(page);
  await expect(page.getByRole('region', { name: 'Test results' }).getByRole('table')).toBeVisible({ timeout: 120_000 });
  const report = await exportedReport(page);
  expect(report.dataset.rejected).toEqual([]);
  const { pairs } = report.dataset;
  expect(report.split.train).toHaveLength(Math.floor(pairs * 0.8));
  expect(report.split.validation).toHaveLength(Math.floor(pairs * 0.1));
  expect(report.test.images).toHaveLength(report.split.test.length);
  expect(report.epochs[1].loss).toBeLessThan(report.epochs[0].loss);
});

test('@long the basic U-Net trains in the same place', async ({ page }) => {
  test.setTimeout(240_000);
  await openStudio(page, 'arch=basic-unet&size=32&filters=4&batch=4&epochs=2&demo=20&lr=0.002');
  await useDemoData(page);
  await train(page);
  const report = await exportedReport(page);
  expect(report.config.arch).toBe('basic-unet');
  expect(report.epochs[1].loss).toBeLessThan(report.epochs[0].loss);
});
