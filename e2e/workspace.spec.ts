/** Four places under one head: nothing scrolls but what is inside them, and what belongs together shares a window. */
import { expect, goPlace, maskOf, openStudio, pixelsOf, small, test, train, useDemoData } from './support.ts';

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

  await test.step('each pixel’s probability, and a pinned picture first, in the next run too', async () => {
    const predictions = page.getByRole('region', { name: 'Predictions' });
    const shown = predictions.getByRole('figure');
    const second = await shown.nth(1).getAttribute('aria-label');
    await shown.nth(1).hover();
    await predictions.getByRole('button', { name: `Pin ${second}` }).click();
    await expect(shown.first()).toHaveAttribute('aria-label', second ?? '');
    await predictions.getByRole('radio', { name: 'Probability' }).check();
    const { data } = await pixelsOf(predictions.getByAltText(`Probability ${second}`));
    const mask = await maskOf(predictions.getByAltText(`Prediction ${second}`));
    const wrong = mask.filter((value, i) => Number((data[i * 4] ?? 0) > 127) !== value);
    expect(wrong).toEqual([]);
    expect(new Set(data).size).toBeGreaterThan(10);
    await page.evaluate(() => window.studio.commands.startTraining());
    const order = () => page.evaluate(() => window.studio.store.getState().run?.samples.map(({ id }) => id)[0]);
    await expect.poll(order).toBe(second);
    await page.waitForFunction(() => window.studio.store.getState().run?.state === 'done');
  });

  await test.step('a chart is zoomed by dragging and by keys, and shown whole again', async () => {
    const plot = page.getByRole('application', { name: /^Dice by epoch/ });
    const ticks = plot.locator('.plot-tick');
    const whole = await ticks.allTextContents();
    const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const reset = page.getByRole('button', { name: 'Whole curves' }).first();
    await expect(reset).toBeEnabled();
    expect(await ticks.allTextContents()).not.toEqual(whole);
    await reset.click();
    await expect.poll(() => ticks.allTextContents()).toEqual(whole);
    await plot.focus();
    await page.keyboard.press('+');
    await expect(reset).toBeEnabled();
    await page.keyboard.press('0');
    await expect.poll(() => ticks.allTextContents()).toEqual(whole);
  });

  await test.step('a sweep says its runs and their time before it starts', async () => {
    await page.getByText('Sweep: many runs over a grid').click();
    await page.getByLabel('Values of Learning rate').fill('0.01, 0.001, 0.0001');
    await expect(page.getByText(/^3 runs, one after another: ≈ \d+ s\./)).toBeVisible();
  });
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
