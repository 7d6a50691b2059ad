/** axe on every state of the page, light and dark, wide and narrow. */
import type { Locator } from '@playwright/test';
import { clean, expect, openStudio, test, train, useDemoData } from './support.ts';

test('no violation in any state', async ({ page }) => {
  test.setTimeout(400_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1&demo=20&lr=7');
  await clean(page, 'empty, with a notice about the address');
  await useDemoData(page);
  await clean(page, 'data loaded');
  await train(page);
  await clean(page, 'trained');
  await page.getByRole('button', { name: 'Run test split' }).click();
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('table', { name: 'Per-image scores' }).getByRole('button').first().click();
  await clean(page, 'tested');
  await page
    .getByLabel('Model files')
    .setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from('no') });
  await expect(page.getByRole('alert')).toBeVisible();
  const about = page.getByRole('region', { name: 'About this page' });
  await about.getByText('What is kept in this browser').click();
  await about.getByRole('button', { name: 'Erase everything' }).click();
  await about.getByText('Licences', { exact: true }).click();
  await expect(about.getByRole('listitem')).not.toHaveCount(0);
  await page.getByText('Limits', { exact: true }).click();
  await clean(page, 'with an alert, and all that can be unfolded');
  // Narrow, wherever one is on the page: the whole alert stands below the steps, and its button on one line.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const box = async (part: Locator) => (await part.boundingBox()) ?? { y: Number.NaN, height: Number.NaN };
  const steps = await box(page.getByRole('navigation', { name: 'Steps' }));
  const alert = await box(page.getByRole('alert'));
  expect(steps.y).toBeCloseTo(0, 0);
  expect(alert.y).toBeGreaterThanOrEqual(steps.height - 1);
  expect((await box(page.getByRole('alert').getByRole('button', { name: 'Dismiss' }))).height).toBeLessThan(40);
});

test('the main job can be done with the keyboard alone', async ({ page }) => {
  // The run lasts until Tab comes to Stop.
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1000&demo=20');
  const focusOn = async (name: string, within = 40) => {
    for (let i = 0; i < within; i++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(text => {
        const element = document.activeElement;
        return ['A', 'BUTTON'].includes(element?.tagName ?? '') && element?.textContent?.trim() === text;
      }, name);
      if (found) return;
    }
    throw new Error(`${name} is not reached by ${within} presses of Tab`);
  };
  await focusOn('Use demo data');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText('20 pairs', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled();
  await focusOn('Skip to the training');
  await page.keyboard.press('Enter');
  await focusOn('Start training', 1);
  await page.keyboard.press('Enter');
  // Tab passes over it until it can be pressed.
  await expect(page.getByRole('button', { name: 'Stop' })).toBeEnabled();
  await focusOn('Stop');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled({ timeout: 60_000 });
});
