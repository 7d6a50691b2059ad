/** A run survives what happens to its page, the GPU and the worker. A browser whose GPU process is crashed is the test's own. */
import type { Browser, Page } from '@playwright/test';
import { expect, exportedReport, keptUpTo, openStudio, test, trained, useDemoData } from './support.ts';

const QUERY = 'size=32&filters=4&batch=4&epochs=16&demo=16&flips=1&seed=5';

async function inOwnBrowser(
  playwright: { chromium: { launch(options: object): Promise<Browser> } },
  use: { launchOptions?: object; baseURL?: string | undefined },
  body: (page: Page, crashGpu: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const browser = await playwright.chromium.launch({ ...use.launchOptions });
  try {
    const page = await browser.newPage({ baseURL: use.baseURL, acceptDownloads: true });
    const session = await browser.newBrowserCDPSession();
    // The answer never comes where the process is gone before it.
    const crashGpu = async () => void session.send('Browser.crashGpuProcess').catch(() => {});
    await body(page, crashGpu);
  } finally {
    await browser.close();
  }
}

const status = (page: Page) => page.getByRole('status', { name: 'Training status' });

async function numbers(page: Page) {
  const { epochs } = await exportedReport(page);
  return epochs.map(({ epoch, loss, dice, valLoss, valDice }: Record<string, number>) => ({
    epoch,
    loss,
    dice,
    valLoss,
    valDice,
  }));
}

test('a run ends with the same numbers after its worker ended, its page was reloaded and its GPU process crashed', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  test.setTimeout(400_000);
  await inOwnBrowser(playwright, { launchOptions, baseURL }, async (page, crashGpu) => {
    const unfinished = page.getByRole('region', { name: 'Unfinished run' });
    await openStudio(page, QUERY);
    await useDemoData(page);
    await page.getByRole('button', { name: 'Start training' }).click();
    await trained(page);
    const undisturbed = await numbers(page);
    expect(undisturbed).toHaveLength(16);

    await openStudio(page, QUERY);
    // A run that came to its end leaves nothing to go on with.
    await useDemoData(page);
    await expect(unfinished).toHaveCount(0);
    await page.getByRole('button', { name: 'Start training' }).click();
    await keptUpTo(page, 1);
    const worker = page.workers().find(one => one.url().includes('training'));
    await worker?.evaluate(() => (globalThis as unknown as { close(): void }).close());
    const alert = page.getByRole('alert');
    const ended = alert.filter({ hasText: 'worker was ended' });
    await expect(ended).toContainText('goes on by itself after epoch');
    // The next failure is survived only once more was kept.
    await keptUpTo(page, 1 + Number(/after epoch (\d+)/.exec(await ended.innerText())?.[1]));

    // Other settings in the address: the run brings its own.
    await openStudio(page, 'size=64&filters=8&epochs=2');
    await expect(unfinished).toContainText(/interrupted after epoch 1?\d of 16/, { timeout: 30_000 });
    const reached = Number(/after epoch (\d+)/.exec(await unfinished.innerText())?.[1]);
    await page.getByRole('button', { name: 'Continue run' }).click();
    await expect(unfinished).toHaveCount(0);
    await keptUpTo(page, reached + 1);

    await crashGpu();
    await expect(alert.filter({ hasText: 'graphics device was lost' })).toContainText('goes on by itself after epoch', {
      timeout: 30_000,
    });
    await expect(status(page)).toContainText('Finished after 16 epochs', { timeout: 240_000 });
    expect(await numbers(page)).toEqual(undisturbed);
    // The masks of epochs before the reload are there too.
    await expect(page.getByRole('region', { name: 'Predictions' }).getByRole('slider')).toHaveAttribute('max', '16');
    await page.getByRole('button', { name: 'Run test split' }).click();
    await expect(page.getByRole('region', { name: 'Test results' }).getByRole('table')).toBeVisible();
  });
});

test('an unfinished run can be thrown away', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=200&demo=16');
  await useDemoData(page);
  await page.getByRole('button', { name: 'Start training' }).click();
  await keptUpTo(page, 1);
  await openStudio(page, '');
  await page.getByRole('button', { name: 'Discard run' }).click({ timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
  await openStudio(page, '');
  await expect(page.getByRole('status').filter({ hasText: /./ }).first()).toBeAttached();
  await page.waitForTimeout(1500);
  await expect(page.getByRole('region', { name: 'Unfinished run' })).toHaveCount(0);
});

test('where the browser gives no other device, the run stops, is kept, and says what to do', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  test.setTimeout(200_000);
  await inOwnBrowser(playwright, { launchOptions, baseURL }, async (page, crashGpu) => {
    await openStudio(page, 'size=32&filters=2&batch=4&epochs=400&demo=16&seed=5');
    await useDemoData(page);
    await page.getByRole('button', { name: 'Start training' }).click();
    await keptUpTo(page, 1);
    await crashGpu();
    await expect(page.getByRole('alert')).toContainText('goes on by itself after epoch', { timeout: 30_000 });
    const first = Number(/after epoch (\d+)/.exec(await page.getByRole('alert').innerText())?.[1]);
    await keptUpTo(page, first + 2);
    await crashGpu();
    const told = page.getByRole('alert').filter({ hasText: 'no graphics device any more' });
    await expect(told).toContainText('Continue run', { timeout: 60_000 });
    await expect(page.getByRole('region', { name: 'Unfinished run' })).toContainText('of 400');
    await expect(status(page)).toContainText('Stopped by an error');
  });
});
