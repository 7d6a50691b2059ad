/** Before a run the page tries a few steps and says how long it would take; a start does not wait for that. */
import { expect, goPlace, openStudio, test, useDemoData } from './support.ts';

test('@long the time of a run is told before it, for the settings as they are now, and is about right', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=40&demo=40');
  const told = page.getByRole('region', { name: 'Before you start' });
  await useDemoData(page);
  await goPlace(page, 'Train');
  await expect(told.getByText(/^≈ \d+ s$/)).toBeVisible({ timeout: 30_000 });
  await expect(told).toContainText('40 epochs of 8 steps');
  const seconds = () =>
    page.evaluate(() => {
      const { timings, estimating } = window.studio.store.getState();
      return { known: Object.keys(timings).length, estimating };
    });
  expect(await seconds()).toEqual({ known: 1, estimating: null });
  // Epochs change the sum and no step; the size is another thing, which is not known at once.
  await page.getByLabel('Image size', { exact: true }).fill('64');
  await page.keyboard.press('Tab');
  await expect(told).toContainText('≈ …');
  await expect(told.getByText(/^≈ \d/)).toBeVisible({ timeout: 30_000 });
  expect((await seconds()).known).toBe(2);
  await page.getByLabel('Image size', { exact: true }).fill('32');
  await page.keyboard.press('Tab');
  await expect(told.getByText(/^≈ \d/)).toBeVisible();
  expect((await seconds()).known).toBe(2);
});

test('@long a slow run is offered smaller, and a start ends the trial', async ({ page }) => {
  test.setTimeout(180_000);
  await openStudio(page, 'size=256&filters=16&batch=4&epochs=1000&demo=20');
  await useDemoData(page);
  await goPlace(page, 'Train');
  const told = page.getByRole('region', { name: 'Before you start' });
  await expect(told.getByText(/^≈ \d+ h \d+ min$/)).toBeVisible({ timeout: 60_000 });
  await expect(told).toContainText(/With \d+ px, \d+ filters, \d+ epochs? it takes ≈ \d+ min/);
  await page.getByRole('button', { name: 'Use these settings' }).click();
  await expect(page.getByLabel('Image size', { exact: true })).not.toHaveValue('256');
  await expect(page.getByRole('button', { name: 'Use these settings' })).toHaveCount(0);
  // Long enough to be seen.
  await page.getByLabel('Image size', { exact: true }).fill('128');
  await page.getByLabel('Base filters', { exact: true }).fill('16');
  await page.keyboard.press('Tab');
  await expect(told).toContainText('Trying a few steps', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText(/Epoch [1-9]/, { timeout: 60_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText(/Stopped/, { timeout: 30_000 });
});
