/** A stopped run can be continued, in the same page and after a reload, and discarding it can be taken back. */
import type { Page } from '@playwright/test';
import { expect, exportedReport, goPlace, keptUpTo, openStudio, startTraining, test, useDemoData } from './support.ts';

const status = (page: Page) => page.getByRole('status', { name: 'Training status' });
const offer = (page: Page) => page.getByRole('region', { name: 'Unfinished run' });
const goOn = (page: Page) => offer(page).getByRole('button', { name: 'Continue', exact: true });
const query = (epochs: number) => `size=32&filters=2&batch=4&epochs=${epochs}&demo=12&seed=3&flips=1`;

/** Epochs without what a clock says. */
async function numbers(page: Page) {
  const { epochs } = await exportedReport(page);
  return epochs.map(({ seconds: _, imagesPerSecond: __, ...scores }: Record<string, number>) => scores);
}

async function stop(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(status(page)).toContainText(/Stopped after \d+ epoch/, { timeout: 30_000 });
  return Number(/after (\d+)/.exec(await status(page).innerText())?.[1]);
}

test('@long a stopped run goes on, twice, to the numbers that it would have had', async ({ page }) => {
  test.setTimeout(240_000);
  const epochs = 60;
  await openStudio(page, query(epochs));
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 2);
  const first = await stop(page);
  expect(first).toBeLessThan(epochs);
  await expect(offer(page)).toContainText('You stopped a run after');
  await goOn(page).click();
  await keptUpTo(page, first + 2);
  const second = await stop(page);
  expect(second).toBeGreaterThan(first);
  await openStudio(page, '');
  await goPlace(page, 'Train');
  await expect(offer(page)).toContainText('You stopped a run after', { timeout: 30_000 });
  await goOn(page).click();
  await expect(status(page)).toContainText(`Finished after ${epochs} epochs`, { timeout: 120_000 });
  await expect(offer(page)).toHaveCount(0);
  const found = await numbers(page);
  await startTraining(page);
  await expect(status(page)).not.toContainText('Finished');
  await expect(status(page)).toContainText(`Finished after ${epochs} epochs`, { timeout: 120_000 });
  expect(await numbers(page)).toEqual(found);
});

test('@long a discarded run comes back, unless the page was closed or another run began', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, query(1000));
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 1);
  await stop(page);
  await offer(page).getByRole('button', { name: 'Discard run' }).click();
  await expect(goOn(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(goOn(page)).toBeEnabled();
  await offer(page).getByRole('button', { name: 'Discard run' }).click();
  await startTraining(page);
  await keptUpTo(page, 1);
  await stop(page);
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveCount(0);
  await offer(page).getByRole('button', { name: 'Discard run' }).click();
  await openStudio(page, '');
  await goPlace(page, 'Train');
  await expect(page.getByRole('status').filter({ hasText: /./ }).first()).toBeAttached();
  await page.waitForTimeout(1500);
  await expect(offer(page)).toHaveCount(0);
});
