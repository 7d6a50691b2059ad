/** 300 epochs of history: the page stays free while it trains and draws. */
import { expect, openStudio, startTraining, test, useDemoData } from '../support.ts';
import { control, longestTasks, traced } from '../tasks.ts';

const EPOCHS = 300;
/** From here on the history is long; a trace of the whole run would be too large to read. */
const WATCHED = 220;

test('no task over 50 ms while training and charting', async ({ page, browser }) => {
  await openStudio(page, `size=16&filters=1&batch=8&epochs=${EPOCHS}&demo=20&seed=3`);
  await useDemoData(page);
  const begin = performance.now();
  await startTraining(page);
  const status = page.getByRole('status', { name: 'Training status' });
  const dice = page.getByRole('figure', { name: 'Dice' });
  await page.waitForFunction(from => (window.studio.store.getState().run?.epochs.length ?? 0) >= from, WATCHED);
  await browser.startTracing(page, traced);
  for (const axis of ['Time', 'Epochs', 'Time']) {
    await page.getByRole('radio', { name: axis }).check();
    await expect(dice.locator('[data-series=validation] path')).toBeVisible({ timeout: 60_000 });
    await dice.getByRole('application').hover();
    await expect(page.getByRole('figure', { name: 'Loss' }).locator('.plot-tip')).toContainText(/step|validation/);
    await page.waitForTimeout(1500);
  }
  await expect(status).toContainText(`Finished after ${EPOCHS} epochs`, { timeout: 900_000 });
  await page.waitForTimeout(1500);
  await control(page);
  const points = await dice.locator('[data-series=validation] path').getAttribute('d');
  expect(points?.split('L')).toHaveLength(EPOCHS);
  const [seen = 0, ...tasks] = longestTasks(await browser.stopTracing());
  console.log(
    `${EPOCHS} epochs in ${((performance.now() - begin) / 1000).toFixed(0)} s, longest tasks of ${tasks.length}: ${tasks.slice(0, 5).map(Math.round).join(', ')} ms`,
  );
  expect(seen, 'ms of the control').toBeGreaterThan(200);
  expect(tasks.filter(ms => ms > 50)).toEqual([]);
});
