/** A run outlives its page. */
import type { Page } from '@playwright/test';
import { expect, exportedReport, openStudio, test, trained, useDemoData } from './support.ts';

const QUERY = 'size=32&filters=4&batch=4&epochs=12&demo=16&flips=1&seed=5';

/** Until the first checkpoint is whole: looked for in every frame, since the run goes on meanwhile. */
async function keptSomething(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.innerText.includes('Kept up to epoch'), undefined, {
    polling: 'raf',
    timeout: 120_000,
  });
}

test('a run goes on after the page was reloaded in its middle, to the same numbers', async ({ page }) => {
  test.setTimeout(300_000);
  const unfinished = page.getByRole('region', { name: 'Unfinished run' });
  const numbers = async () =>
    (await exportedReport(page)).epochs.map(({ epoch, loss, dice, valLoss, valDice }: Record<string, number>) => ({
      epoch,
      loss,
      dice,
      valLoss,
      valDice,
    }));
  await openStudio(page, QUERY);
  await useDemoData(page);
  await page.getByRole('button', { name: 'Start training' }).click();
  await trained(page);
  const undisturbed = await numbers();
  expect(undisturbed).toHaveLength(12);

  await openStudio(page, QUERY);
  // A run that came to its end leaves nothing to go on with.
  await expect(page.getByRole('button', { name: 'Use demo data' })).toBeEnabled();
  await expect(unfinished).toHaveCount(0);
  await useDemoData(page);
  await page.getByRole('button', { name: 'Start training' }).click();
  await keptSomething(page);
  // Other settings in the address: the run brings its own.
  await openStudio(page, 'size=64&filters=8&epochs=2');
  await expect(unfinished).toContainText(/interrupted after epoch 1?\d of 12/, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Continue run' }).click();
  await expect(unfinished).toHaveCount(0);
  await trained(page);
  expect(await numbers()).toEqual(undisturbed);
  // The masks of epochs before the reload are there too.
  await expect(page.getByRole('region', { name: 'Predictions' }).getByRole('slider')).toHaveAttribute('max', '12');
});

test('an unfinished run can be thrown away', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=200&demo=16');
  await useDemoData(page);
  await page.getByRole('button', { name: 'Start training' }).click();
  await keptSomething(page);
  await openStudio(page, '');
  await page.getByRole('button', { name: 'Discard run' }).click({ timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
  await openStudio(page, '');
  await expect(page.getByRole('status').filter({ hasText: /./ }).first()).toBeAttached();
  await page.waitForTimeout(1500);
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
});
