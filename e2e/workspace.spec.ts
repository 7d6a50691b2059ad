/** Four places under one head: nothing scrolls but what is inside them, and what belongs together shares a window. */
import { expect, goPlace, openStudio, small, test, train, useDemoData } from './support.ts';

const names = ['Data', 'Train', 'Results', 'Models'] as const;

test('a place has an address, and the browser goes back and forth between them', async ({ page }) => {
  await openStudio(page, '');
  const selected = page.getByRole('tab', { selected: true });
  await expect(selected).toHaveText(/^Data/);
  for (const name of names.slice(1)) {
    await page.getByRole('tab', { name }).click();
    await expect(selected).toHaveText(new RegExp(`^${name}`));
    expect(new URL(page.url()).hash).toBe(`#${name.toLowerCase()}`);
  }
  await page.goBack();
  await expect(selected).toHaveText(/^Results/);
  await page.goto('./#train');
  await expect(selected).toHaveText(/^Train/);
  // Tabs are one stop of the keyboard; the arrows go between them.
  await selected.focus();
  await page.keyboard.press('ArrowRight');
  await expect(selected).toHaveText(/^Results/);
  await expect(selected).toBeFocused();
});

test('Start, curves and predictions stand in one window, and starting moves no focus', async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await openStudio(page, `${small}&engine=cpu`);
  await useDemoData(page);
  await goPlace(page, 'Train');
  const start = page.getByRole('button', { name: 'Start training' });
  await start.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => window.studio.store.getState().run?.state === 'done', undefined, {
    timeout: 120_000,
  });
  await expect(start).toBeFocused();
  const parts = [
    start,
    ...['Dice', 'Loss', 'Accuracy'].map(name => page.getByRole('figure', { name, exact: true })),
    page.getByRole('region', { name: 'Predictions' }),
    page.getByRole('table', { name: 'Epochs' }).getByRole('row').nth(1),
  ];
  for (const part of parts) await expect(part).toBeInViewport({ ratio: 1 });
});

test('no place makes the page scroll, with or without data, wide or narrow', async ({ page }) => {
  test.setTimeout(180_000);
  await openStudio(page, `${small}&engine=cpu`);
  const scrolls = () =>
    page.evaluate(() => ({
      down: document.documentElement.scrollHeight - window.innerHeight,
      across: document.documentElement.scrollWidth - window.innerWidth,
    }));
  const all = async (state: string) => {
    for (const [width, height] of [
      [1440, 900],
      [1920, 1080],
      [768, 1024],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const name of names) {
        await goPlace(page, name);
        expect(await scrolls(), `${name}, ${state}, ${width}`).toEqual({ down: 0, across: 0 });
        // What one has to scroll through inside a place on a phone is bounded too.
        if (width !== 390) continue;
        const inner = await page.evaluate(() =>
          Math.max(...[...document.querySelectorAll('.place[data-state="active"] *')].map(part => part.scrollHeight)),
        );
        expect(inner, `${name}, ${state}: height on a phone`).toBeLessThanOrEqual(2500);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  await all('empty');
  await useDemoData(page);
  await train(page);
  await all('trained');
});

test('the run is in view and can be stopped in every place', async ({ page }) => {
  test.setTimeout(120_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=500&demo=20&engine=cpu');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).click();
  for (const name of names) {
    await goPlace(page, name);
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeEnabled({ timeout: 60_000 });
  }
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  const before = await stop.boundingBox();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeEnabled();
  // Nothing jumps under the pointer.
  const after = await stop.boundingBox();
  expect(after?.y).toBe(before?.y);
  expect((after?.x ?? 0) + (after?.width ?? 0)).toBeCloseTo((before?.x ?? 0) + (before?.width ?? 0), 0);
  await stop.click();
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText(/Stopped/, { timeout: 30_000 });
  // Whoever pressed Stop is still there.
  expect(await page.evaluate(() => document.activeElement?.closest('.run-bar') !== null)).toBe(true);
});
