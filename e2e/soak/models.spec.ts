/** Two hundred runs in the place of models: what is timed needs a machine to itself. */
import { defaultSettings } from '../../src/protocol/settings.ts';
import { epochs } from '../../src/testing/gallery/made-up.ts';
import { keepRuns, names, runOf, runPage, table, tested } from '../run-records.ts';
import { expect, goPlace, test } from '../support.ts';
import { control, longestTasks, traced } from '../tasks.ts';

test('200 runs: no task over 50 ms, and the page of a phone stays short', async ({ page, browser }) => {
  const runs = Array.from({ length: 200 }, (_, place) =>
    runOf(place, {
      ...{ epochs: epochs(30), test: tested(0.5 + place / 1000) },
      settings: { ...defaultSettings, seed: place, lr: 0.001 / (1 + (place % 5)), flips: place % 2 === 0 },
    }),
  );
  await keepRuns(page, runs);
  await browser.startTracing(page, traced);
  await control(page);
  await goPlace(page, 'Models');
  await expect(names(page).first()).toHaveText(/^Run 200/);
  // No more rows than are in view.
  expect(await names(page).count()).toBeLessThan(60);
  await table(page).getByRole('button', { name: 'Test Dice' }).click();
  await table(page).getByRole('button', { name: 'Learning rate' }).click();
  await expect(table(page).getByRole('row', { name: /Run/ }).nth(1)).toContainText('0.001');
  await table(page)
    .getByRole('button', { name: /^Run \d/ })
    .first()
    .focus();
  await page.keyboard.press('End');
  await expect(table(page).locator('button[data-place="199"]')).toBeFocused();
  await page.waitForTimeout(1000);
  const [seen = 0, longest = 0] = longestTasks(await browser.stopTracing());
  expect(seen, 'ms of the control').toBeGreaterThan(200);
  expect(longest, 'ms of the longest task').toBeLessThan(50);

  await page.setViewportSize({ width: 390, height: 844 });
  await table(page).locator('button[data-place]').first().click();
  await expect(runPage(page).getByRole('figure')).toHaveCount(2);
  const height = () => page.locator('.models-place').evaluate(place => place.scrollHeight);
  expect(await height()).toBeLessThan(2500);
  const sideways = await page.locator('.models-place').evaluate(place => place.scrollWidth - place.clientWidth);
  expect(sideways).toBeLessThanOrEqual(0);
});
