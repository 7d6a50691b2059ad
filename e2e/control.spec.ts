/** Pause, resume, stop, and commands that do not fit. */
import type { Page } from '@playwright/test';
import { clean, expect, exportedReport, openStudio, startTraining, test, useDemoData } from './support.ts';

const status = (page: Page) => page.getByRole('status').filter({ hasText: /epoch/i });

/** Waits until training steps are being made. */
async function steady(page: Page) {
  await expect(status(page)).toContainText(/images/i, { timeout: 120_000 });
}

test('pause stops within a step, resume goes on, stop keeps the best epoch', async ({ page }) => {
  test.setTimeout(240_000);
  await openStudio(page, 'size=32&filters=4&batch=2&epochs=1000&demo=20');
  await useDemoData(page);
  await startTraining(page);
  await steady(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
  await page.waitForTimeout(500);
  const progress = page.getByRole('progressbar', { name: 'Training progress' });
  const before = await progress.getAttribute('aria-valuenow');
  await page.waitForTimeout(1000);
  expect(await progress.getAttribute('aria-valuenow')).toBe(before);
  await clean(page, 'a run paused');
  await test.step('leaving asks first', async () => {
    const asked = page.waitForEvent('dialog');
    const left = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await left;
    await expect(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
  });
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => progress.getAttribute('aria-valuenow'), { timeout: 60_000 }).not.toBe(before);
  // At least one whole epoch, so that there is a best one.
  await expect(
    page
      .getByRole('region', { name: 'Predictions' })
      .getByAltText(/^Prediction /)
      .first(),
  ).toBeVisible({
    timeout: 120_000,
  });
  await page.getByRole('button', { name: 'Stop' }).click();
  await stopped(page);
  const report = await exportedReport(page);
  expect(report.epochs.length).toBeGreaterThan(0);
  expect(report.epochs.length).toBeLessThan(1000);
});

async function stopped(page: Page) {
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled();
}
