/** axe on every state of the page, light and dark, wide and narrow. */
import type { Locator, Page } from '@playwright/test';
import {
  clean,
  expect,
  goPlace,
  openHelp,
  openStudio,
  pairsRead,
  runTest,
  test,
  train,
  useDemoData,
} from './support.ts';

type PlaceName = Parameters<typeof goPlace>[1];

/** Those places in turn; soak/access.spec.ts looks at every place in every state. */
async function cleanPlaces(page: Page, state: string, ...places: readonly PlaceName[]): Promise<void> {
  for (const place of places) {
    await goPlace(page, place);
    await clean(page, `${state}, ${place}`, { both: true });
  }
}

test('no violation in any state', async ({ page }) => {
  test.setTimeout(400_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1&demo=20&lr=7');
  await cleanPlaces(page, 'empty, with a notice about the address', 'Data');
  await useDemoData(page);
  await cleanPlaces(page, 'data loaded', 'Data', 'Train');
  await train(page);
  await cleanPlaces(page, 'trained', 'Train', 'Models');
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('table', { name: 'Per-image scores' }).getByRole('button').first().click();
  await clean(page, 'tested');
  await goPlace(page, 'Models');
  await page
    .getByLabel('Model files')
    .setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from('no') });
  await expect(page.getByRole('alert')).toBeVisible();
  await goPlace(page, 'Data');
  await page.getByRole('tabpanel', { name: 'Data' }).getByText('More', { exact: true }).click();
  await clean(page, 'with an alert, and all of Data unfolded');
  // Narrow: the whole alert is in sight between the run and the places, and its button on one line.
  const box = async (part: Locator) =>
    (await part.boundingBox()) ?? { x: Number.NaN, y: Number.NaN, width: Number.NaN, height: Number.NaN };
  const run = await box(page.getByRole('region', { name: 'Run', exact: true }));
  const tabs = await box(page.getByRole('tablist', { name: 'Places' }));
  const alert = await box(page.getByRole('alert'));
  expect(tabs.y + tabs.height).toBeCloseTo(900, 0);
  expect(alert.y).toBeGreaterThanOrEqual(run.y + run.height);
  expect(alert.y + alert.height).toBeLessThanOrEqual(tabs.y);
  expect((await box(page.getByRole('alert').getByRole('button', { name: 'Dismiss' }))).height).toBeLessThan(40);

  await goPlace(page, 'Train');
  await page.getByRole('group', { name: 'Settings shown' }).getByLabel('All').check();
  await page.getByText('Sweep: many runs over a grid').click();
  await clean(page, 'all settings');

  const about = (await openHelp(page)).getByRole('region', { name: 'About this page' });
  await about.getByText('What is kept in this browser').click();
  await about.getByRole('button', { name: 'Erase everything' }).click();
  await about.getByText('Diagnostics', { exact: true }).click();
  await about.getByText('Licences', { exact: true }).click();
  await expect(about.getByRole('listitem')).not.toHaveCount(0);
  await clean(page, 'the help, with all that can be unfolded');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Help and storage' })).toBeFocused();
});

test('@long the main job can be done with the keyboard alone', async ({ page }) => {
  // The run lasts until Tab comes to Stop.
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1000&demo=20');
  const focusOn = async (name: string, { key = 'Tab', within = 40 } = {}) => {
    for (let i = 0; i < within; i++) {
      await page.keyboard.press(key);
      const found = await page.evaluate(text => {
        const element = document.activeElement;
        return ['A', 'BUTTON'].includes(element?.tagName ?? '') && element?.textContent?.trim() === text;
      }, name);
      if (found) return;
    }
    throw new Error(`${name} is not reached by ${within} presses of ${key}`);
  };
  const place = (name: string) => page.getByRole('tab', { name });
  await focusOn('Use demo data');
  await page.keyboard.press('Enter');
  await pairsRead(page, 20);
  // The places are one stop of Tab; arrows go from one to the next.
  await focusOn('Data (done)', { key: 'Shift+Tab' });
  await page.keyboard.press('ArrowRight');
  await expect(place('Train')).toHaveAttribute('aria-selected', 'true');
  await expect(place('Train')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled();
  await focusOn('Start training', { within: 60 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeEnabled();
  await focusOn('Stop', { key: 'Shift+Tab', within: 60 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled({ timeout: 60_000 });
});

test('the first stop of Tab skips the head', async ({ page }) => {
  await page.goto('./#models');
  await expect(page.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Models' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true');
});
