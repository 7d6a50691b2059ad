/** The place of results as a person moves about in it: the worst image first, arrows, fingers, one selection, on a screen and on a phone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openStudio, useDemoData as readDemoData, runTest, test, train } from './support.ts';

const results = (page: Page) => page.getByRole('region', { name: 'Test results' });
const table = (page: Page) => page.getByRole('table', { name: 'Per-image scores' });
const ids = async (page: Page) => (await table(page).getByRole('rowheader').allInnerTexts()).map(text => text.trim());

/** What is picked in the table, in the histogram and as a picture. */
async function picked(page: Page) {
  const row = table(page).locator('tr[aria-selected="true"]');
  const dice = Number(await row.locator('[data-column="dice"]').innerText());
  const bar = results(page).getByRole('figure', { name: 'Histogram of Dice' }).getByRole('button', { pressed: true });
  const [from = 0, to = 0] = ((await bar.getAttribute('aria-label')) ?? '').match(/\d\.\d\d/g)?.map(Number) ?? [];
  return {
    row: (await row.getByRole('rowheader').innerText()).trim(),
    inBar: dice >= from - 5e-5 && dice <= to + 5e-5,
    rows: await row.count(),
  };
}

async function tested(page: Page): Promise<string[]> {
  await openStudio(page, 'size=32&filters=2&batch=8&epochs=1&demo=120&lr=0.01');
  await readDemoData(page);
  await train(page);
  await runTest(page);
  await expect(table(page).getByRole('rowheader')).toHaveCount(12);
  return ids(page);
}

const isOpen = (page: Page, id: string | undefined) =>
  expect(results(page).getByAltText(`Overlay ${id}`)).toBeVisible({ timeout: 20_000 });

test('@long the worst opens by itself; arrows, row, bar and picture are one selection', async ({ page }) => {
  const order = await tested(page);
  await isOpen(page, order[0]);
  expect(await picked(page)).toEqual({ row: order[0], inBar: true, rows: 1 });
  await expect(results(page).getByText('1 of 12', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run test split' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Previous image' })).toBeDisabled();

  await page.keyboard.press('ArrowRight');
  await isOpen(page, order[1]);
  expect(await picked(page)).toEqual({ row: order[1], inBar: true, rows: 1 });
  await page.getByRole('button', { name: 'Next image' }).click();
  await isOpen(page, order[2]);
  await page.keyboard.press('ArrowLeft');
  await isOpen(page, order[1]);

  // A row and a bar pick as well; Tab stops once in the table, at what is picked.
  await table(page).getByRole('button', { name: order[5] }).click();
  await isOpen(page, order[5]);
  expect(await picked(page)).toEqual({ row: order[5], inBar: true, rows: 1 });
  await expect(table(page).locator('tbody button[tabindex="0"]')).toHaveText([order[5] ?? '']);
  const bars = results(page)
    .getByRole('figure', { name: 'Histogram of Dice' })
    .getByRole('button', { disabled: false });
  await bars.first().click();
  await isOpen(page, order[0]);
  expect(await picked(page)).toEqual({ row: order[0], inBar: true, rows: 1 });

  // The order is the table's.
  await table(page).getByRole('columnheader', { name: 'Dice' }).getByRole('button').click();
  await expect(results(page).getByText('12 of 12', { exact: true })).toBeVisible();

  // The photograph in its own resolution, with borders that are curves.
  const photo = results(page).getByAltText(`Overlay ${order[0]}`);
  const natural = await photo.evaluate(image => (image as HTMLImageElement).naturalWidth);
  expect(natural).toBeGreaterThan(32);
  await expect(results(page).getByText(`${natural} × `)).toContainText('own resolution');
  await expect(results(page).locator('.mark-truth')).toHaveAttribute('d', /^M[\d. -]+Q/);

  // On one screen, without scrolling, in both themes.
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  const place = await results(page).evaluate(({ scrollHeight, clientHeight }) => [scrollHeight, clientHeight]);
  expect(place[0]).toBe(place[1]);
  for (const part of [table(page), results(page).locator('.viewer-frame'), results(page).locator('.score-value')])
    await expect(part).toBeInViewport();
});

test('@long paging through holds the page up nowhere', async ({ page }) => {
  const order = await tested(page);
  await isOpen(page, order[0]);
  await page.evaluate(() => {
    const long: number[] = [];
    new PerformanceObserver(list => long.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(window, { longTasks: long });
  });
  for (let i = 1; i < 8; i++) {
    await page.keyboard.press('ArrowRight');
    await isOpen(page, order[i]);
    await page.waitForTimeout(200);
  }
  // A machine that is busy otherwise draws out some; one and all it does not.
  const long = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  expect(long.filter(duration => duration > 50).length, long.join()).toBeLessThanOrEqual(1);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('@long a finger goes on and back, and the place is not too long', async ({ page }) => {
    const order = await tested(page);
    await isOpen(page, order[0]);
    const frame = results(page).locator('.viewer-frame');
    await frame.scrollIntoViewIfNeeded();
    const box = (await frame.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const client = await page.context().newCDPSession(page);
    const draw = async (across: number, down = 0) => {
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
        client.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: type === 'touchEnd' ? [] : [{ x: x + across * share, y: y + down * share }],
        });
      await touch('touchStart', 0);
      for (const share of [0.25, 0.5, 0.75, 1]) await touch('touchMove', share);
      await touch('touchEnd', 1);
    };
    await draw(-120);
    await isOpen(page, order[1]);
    await draw(120);
    await isOpen(page, order[0]);
    // Too short to be meant.
    await draw(-20);
    await page.waitForTimeout(500);
    await isOpen(page, order[0]);

    const [height, width] = await results(page).evaluate(({ scrollHeight, scrollWidth }) => [
      scrollHeight,
      scrollWidth,
    ]);
    expect(height).toBeLessThanOrEqual(2500);
    expect(width).toBe(390);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    }
  });
});
