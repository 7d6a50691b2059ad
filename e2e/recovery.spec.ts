/** A run survives what happens to the GPU and to the worker. Each test has a browser of its own: it does not survive all of it. */
import type { Browser, Page } from '@playwright/test';
import { expect, exportedReport, openStudio, test, trained, useDemoData } from './support.ts';

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

/** Until a checkpoint of that epoch or a later one is whole: looked for in every frame, since the run goes on meanwhile. */
async function keptUpTo(page: Page, epoch: number): Promise<void> {
  await page.waitForFunction(
    least => Number(/Kept up to epoch (\d+)/.exec(document.body.innerText)?.[1] ?? 0) >= least,
    epoch,
    { polling: 'raf', timeout: 120_000 },
  );
}

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

test('a run goes on by itself after its worker ended and its GPU process crashed, to the same numbers', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  test.setTimeout(400_000);
  await inOwnBrowser(playwright, { launchOptions, baseURL }, async (page, crashGpu) => {
    await openStudio(page, QUERY);
    await useDemoData(page);
    await page.getByRole('button', { name: 'Start training' }).click();
    await trained(page);
    const undisturbed = await numbers(page);

    await openStudio(page, QUERY);
    await useDemoData(page);
    await page.getByRole('button', { name: 'Start training' }).click();
    await keptUpTo(page, 1);
    const worker = page.workers().find(one => one.url().includes('training'));
    await worker?.evaluate(() => (globalThis as unknown as { close(): void }).close());
    const alert = page.getByRole('alert');
    const ended = alert.filter({ hasText: 'worker was ended' });
    await expect(ended).toContainText('goes on by itself after epoch');
    // The next failure is survived only once more was kept.
    await keptUpTo(page, 1 + Number(/after epoch (\d+)/.exec(await ended.innerText())?.[1]));
    await crashGpu();
    await expect(alert.filter({ hasText: 'graphics device was lost' })).toContainText('goes on by itself after epoch', {
      timeout: 30_000,
    });
    await expect(status(page)).toContainText('Finished after 16 epochs', { timeout: 240_000 });
    expect(await numbers(page)).toEqual(undisturbed);
    await page.getByRole('button', { name: 'Run test split' }).click();
    await expect(page.getByRole('region', { name: 'Test results' }).getByRole('table')).toBeVisible();
  });
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
