/** What people do while something else goes on: each has one outcome, and nothing is lost. */
import type { Page } from '@playwright/test';
import { soundPairs, zipOf } from '../fixtures.ts';
import {
  destroyDevice,
  expect,
  goPlace,
  keptUpTo,
  openStudio,
  pairsRead,
  runStatus,
  runTest,
  startTraining,
  test,
  trained,
  useDemoData,
} from '../support.ts';

const LONG = 'size=16&filters=1&batch=4&epochs=900&demo=16';

test('a second start, a drop and a second tab leave a run alone; a closed tab leaves it to be continued', async ({
  page,
}) => {
  await openStudio(page, LONG);
  await useDemoData(page);
  await goPlace(page, 'Train');
  // Both clicks of a double click, in one task.
  await page.getByRole('button', { name: 'Start training' }).evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await keptUpTo(page, 1);
  await expect(page.getByRole('alert')).toHaveCount(0);

  const { name, mimeType, buffer } = await zipOf(soundPairs(12), 'dropped.zip');
  const transfer = await page.evaluateHandle(
    ([text, title, type]) => {
      const data = new DataTransfer();
      data.items.add(
        new File([Uint8Array.from(atob(text ?? ''), letter => letter.charCodeAt(0))], title ?? '', { type }),
      );
      return data;
    },
    [buffer.toString('base64'), name, mimeType],
  );
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('header', event, { dataTransfer: transfer });
  await expect(page.getByRole('alert')).toContainText('A run is using the data set');
  await pairsRead(page, 16);
  const before = Number(await runStatus(page).getAttribute('aria-valuenow'));
  await expect.poll(async () => Number(await runStatus(page).getAttribute('aria-valuenow'))).toBeGreaterThan(before);

  const beside = await page.context().newPage();
  await openStudio(beside, LONG);
  await goPlace(beside, 'Train');
  await expect(beside.getByText('A run goes on in another tab of this browser.')).toBeVisible();
  await expect(beside.getByRole('button', { name: 'Continue', exact: true })).toHaveCount(0);

  // A checkpoint is written after each of the short epochs, so that one is on its way at nearly any time.
  await page.close();
  await openStudio(beside, LONG);
  await goPlace(beside, 'Train');
  const told = await beside.getByRole('region', { name: 'Unfinished run' }).innerText();
  const epoch = Number(/after (?:step \d+ of )?epoch (\d+) of 900/.exec(told)?.[1]);
  expect(epoch).toBeGreaterThan(0);
  await beside.getByRole('button', { name: 'Continue', exact: true }).click();
  await keptUpTo(beside, epoch + 1);
  await beside.getByRole('button', { name: 'Stop' }).click();
  await expect(beside.getByRole('button', { name: 'Run test split' })).toBeEnabled();
});

test('a model that is being saved while its tab closes is there as a whole or not at all', async ({ page }) => {
  await openStudio(page, 'size=16&filters=4&batch=8&epochs=1&demo=16');
  await useDemoData(page);
  await startTraining(page);
  await trained(page);
  const context = page.context();
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click({ noWaitAfter: true });
  await page.close();
  const after = await context.newPage();
  await openStudio(after, 'size=16&demo=16');
  await useDemoData(after);
  await goPlace(after, 'Models');
  const saved = after.getByRole('region', { name: 'Saved models' });
  const load = saved.getByRole('button', { name: 'Load' });
  // The list is there once the page says so, be it empty.
  await expect(saved.getByText(/improved-unet|Nothing is saved/).first()).toBeVisible();
  if ((await load.count()) > 0) {
    await load.click();
    await runTest(after);
    await expect(after.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  }
  await expect(after.getByRole('alert')).toHaveCount(0);
});

test('a device that is destroyed is replaced, and the run goes on', async ({ page }) => {
  await openStudio(page, 'size=16&filters=1&batch=4&epochs=400&demo=16&engine=compiled');
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  await destroyDevice(page);
  const alert = page.getByRole('alert').filter({ hasText: 'graphics device was lost' });
  await expect(alert).toContainText('goes on by itself after epoch');
  const epoch = Number(/after epoch (\d+)/.exec(await alert.innerText())?.[1]);
  await keptUpTo(page, epoch + 1);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled();
});

test('a piece of work that the driver leaves out is noticed, and the run goes on from what was kept', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=1&batch=4&epochs=400&demo=16&engine=compiled');
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  const worker = page.workers().find(one => one.url().includes('training'));
  await worker?.evaluate(() => {
    const submit = GPUQueue.prototype.submit;
    GPUQueue.prototype.submit = () => {
      GPUQueue.prototype.submit = submit;
      return undefined;
    };
  });
  const alert = page.getByRole('alert').filter({ hasText: 'pieces of work that it was given' });
  await expect(alert).toContainText('goes on by itself after epoch');
  const epoch = Number(/after epoch (\d+)/.exec(await alert.innerText())?.[1]);
  await keptUpTo(page, epoch + 1);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled();
});

test('a GPU that gives no answer is noticed, the worker is started anew, and the run goes on', async ({ page }) => {
  await openStudio(page, 'size=16&filters=1&batch=4&epochs=400&demo=16&engine=compiled');
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  const worker = page.workers().find(one => one.url().includes('training'));
  // What a shader that never ends comes to: nothing can be read back any more, and no event tells why.
  await worker?.evaluate(() => {
    GPUBuffer.prototype.mapAsync = () => new Promise(() => {});
  });
  const alert = page.getByRole('alert').filter({ hasText: 'The GPU has given no answer for' });
  await expect(alert).toContainText('goes on by itself after epoch', { timeout: 180_000 });
  const epoch = Number(/after epoch (\d+)/.exec(await alert.innerText())?.[1]);
  await keptUpTo(page, epoch + 1);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled();
});

test('of two tabs that continue one run at the same time, one trains and the other says where', async ({ page }) => {
  await openStudio(page, LONG);
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  const context = page.context();
  await page.close();
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await openStudio(tab, LONG);
    await goPlace(tab, 'Train');
    await expect(tab.getByRole('button', { name: 'Continue', exact: true })).toBeEnabled();
  }
  await Promise.all(tabs.map(tab => tab.getByRole('button', { name: 'Continue', exact: true }).click()));
  const refused = (tab: Page) => tab.getByRole('alert').filter({ hasText: 'This run goes on in another tab' });
  await expect.poll(async () => (await Promise.all(tabs.map(tab => refused(tab).count()))).sort()).toEqual([0, 1]);
  const going = (await refused(tabs[0] as Page).count()) === 0 ? tabs[0] : tabs[1];
  await keptUpTo(going as Page, 3);
  await (going as Page).getByRole('button', { name: 'Stop' }).click();
  await expect((going as Page).getByRole('button', { name: 'Run test split' })).toBeEnabled();
});
