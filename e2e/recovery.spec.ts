/** A run survives what happens to its page and the GPU; to the same numbers, in soak/recovery.spec.ts. */
import type { Page } from '@playwright/test';
import { expect, goPlace, inOwnBrowser, keptUpTo, openStudio, startTraining, test, useDemoData } from './support.ts';

const status = (page: Page) => page.getByRole('status', { name: 'Training status' });

test('@long an unfinished run can be thrown away', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=1000&demo=12');
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  await openStudio(page, '');
  await goPlace(page, 'Train');
  await page.getByRole('button', { name: 'Discard run' }).click({ timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
  await openStudio(page, '');
  await goPlace(page, 'Train');
  await expect(page.getByRole('status').filter({ hasText: /./ }).first()).toBeAttached();
  await page.waitForTimeout(1500);
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
});

test('@long where the browser gives no other device, the run stops, is kept, and says what to do', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  test.setTimeout(200_000);
  await inOwnBrowser(playwright, { launchOptions, baseURL }, async (page, crashGpu) => {
    await openStudio(page, 'arch=basic-unet&size=16&filters=2&batch=4&epochs=1000&demo=12&seed=5&engine=compiled');
    await useDemoData(page);
    await startTraining(page);
    await keptUpTo(page, 1);
    await crashGpu();
    await expect(page.getByRole('alert')).toContainText('goes on by itself after epoch', { timeout: 30_000 });
    const first = Number(/after epoch (\d+)/.exec(await page.getByRole('alert').innerText())?.[1]);
    await keptUpTo(page, first + 2);
    await crashGpu();
    const told = page.getByRole('alert').filter({ hasText: 'no graphics device any more' });
    await expect(told).toContainText('press Continue:', { timeout: 60_000 });
    await expect(page.getByRole('region', { name: 'Unfinished run' })).toContainText('of 1000');
    await expect(status(page)).toContainText('Stopped by an error');
  });
});
