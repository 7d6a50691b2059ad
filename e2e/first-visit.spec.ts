/** The first page, and the first page of a later visit: from there to an outline, and back to the data that are kept. */
import { AxeBuilder } from '@axe-core/playwright';
import { skin } from './fixtures.ts';
import { clean, expect, goPlace, openStudio, runTest, startTraining, test, useDemoData } from './support.ts';

const photo = { name: 'mole.png', mimeType: 'image/png', buffer: skin(96, 72, 3) };

test('from the first visit to the first outline in three clicks', async ({ page }) => {
  test.slow();
  await openStudio(page, '');
  // Nothing has happened yet: no run, no counts.
  await expect(page.getByRole('progressbar', { name: 'Training progress' })).toHaveCount(0);
  await expect(page.getByRole('img', { name: 'The lesion with its outline' })).toBeVisible();
  // The first click opens the dialogue for files; in it one picks a photo, and opens it.
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByLabel('Choose photos').click()]);
  await chooser.setFiles(photo);
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/^Results/);
  await expect(page.getByRole('figure', { name: 'mole.png' }).getByRole('img')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Download mask of mole.png' })).toBeEnabled();
});

test('after a reload the last data set is there without its files, divided as it was', async ({ page }) => {
  test.slow();
  await openStudio(page, 'size=32&filters=1&batch=4&epochs=1&demo=20&engine=cpu&seed=3');
  await useDemoData(page);
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByLabel('Split seed').fill('7');
  const parts = () => page.evaluate(() => window.studio.store.getState().currentSplit);
  await expect.poll(async () => (await parts())?.seed).toBe(7);
  const before = await parts();

  // At another size than the kept pixels have.
  await openStudio(page, 'size=16&filters=1&batch=4&epochs=1&demo=20&engine=cpu');
  const again = page.getByRole('button', { name: 'Use last data' });
  await expect(again).toBeVisible();
  await expect(page.getByRole('heading', { name: '20 images with masks, demo-data.zip' })).toBeVisible();
  await clean(page, 'a later visit');
  await again.click();
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await expect(dataset.getByText('20 pairs', { exact: true })).toBeVisible();
  expect(await parts()).toEqual(before);
  // Its pictures come from the cache.
  await dataset.locator('[data-place]').first().click();
  await expect(page.getByRole('region', { name: 'Selected pair' }).getByRole('img')).toBeVisible();
  // What needs the files says so.
  const out = page.getByRole('button', { name: 'Leave out' });
  await expect(out).toBeDisabled();
  await expect(out).toHaveAttribute('title', /files of this data set are not at hand: drop them again/);
  // What does not is as ever: training at the size of the pixels, and the test.
  await goPlace(page, 'Train');
  await expect(page.getByLabel('Image size')).toHaveValue('32');
  await startTraining(page);
  await page.waitForFunction(() => window.studio.store.getState().run?.state === 'done', undefined, {
    timeout: 120_000,
  });
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('@long where the pixels are gone, they are not offered', async ({ page }) => {
  await openStudio(page, 'size=16&demo=12&engine=cpu');
  await useDemoData(page);
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        return root.getDirectoryHandle('last').then(
          () => true,
          () => false,
        );
      }),
    )
    .toBe(true);
  // In a page of its own, for this one holds them.
  await page.goto('about:blank');
  await openStudio(page, 'size=16&demo=12&engine=cpu');
  await expect(page.getByRole('button', { name: 'Use last data' })).toBeVisible();
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('pixels', { recursive: true });
  });
  await page.reload();
  await page.evaluate(() => window.studio.opened);
  await expect(page.getByRole('button', { name: 'Use demo data' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use last data' })).toHaveCount(0);
});

test('on a phone the first page and a data set are short, and nothing is missing', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStudio(page, 'size=16&demo=40&engine=cpu');
  const height = () =>
    page
      .getByRole('tabpanel', { name: 'Data' })
      .evaluate(place =>
        Math.max(...[place, ...place.querySelectorAll('.welcome, .workspace')].map(e => e.scrollHeight)),
      );
  expect(await height()).toBeLessThanOrEqual(2500);
  await useDemoData(page);
  await expect(page.locator('[data-place]').first()).toBeVisible();
  expect(await height()).toBeLessThanOrEqual(2500);
  await page.locator('[data-place]').first().click();
  await expect(page.getByRole('region', { name: 'Selected pair' })).toBeInViewport({ ratio: 1 });
  await page.getByRole('button', { name: 'Close the selected pair' }).click();
  await page.getByRole('button', { name: 'Next: Train' }).click();
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/^Train/);
});

test('focus goes from the rail to the bar, the grid, the foot and the picked pair; nothing is wrong to axe', async ({
  page,
}) => {
  test.slow();
  await openStudio(page, 'size=16&demo=20&engine=cpu');
  await useDemoData(page);
  await page.locator('[data-place]').first().click();
  await expect(page.getByRole('region', { name: 'Selected pair' }).getByRole('img')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  // Tab by tab, in which part the focus is.
  await page.getByRole('region', { name: 'Dataset' }).focus();
  const seen: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const part = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element?.closest('.data-place')) return '';
      const parts = ['.rail', '.pair-bar', '.pair-scroll', '.pane-foot', '.inspector'];
      return parts.find(name => element.closest(name)) ?? 'elsewhere';
    });
    if (part === '') break;
    if (seen.at(-1) !== part) seen.push(part);
  }
  expect(seen).toEqual(['.rail', '.pair-bar', '.pair-scroll', '.pane-foot', '.inspector']);
});

test('files dropped anywhere lead to Data', async ({ page }) => {
  await openStudio(page, 'size=16&engine=cpu');
  await goPlace(page, 'Models');
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['no'], 'a.zip', { type: 'application/zip' }));
    return data;
  });
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', event, { dataTransfer: transfer });
  await expect(page.getByRole('tab', { selected: true })).toHaveText(/^Data/);
  await expect(page.getByRole('alert')).toContainText('a.zip');
});
