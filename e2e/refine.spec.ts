/** Predictions refined: measured on validation, then in force for the test, its masks and its report. */
import { clean, expect, exportedReport, openStudio, test, train, useDemoData } from './support.ts';

test('refinements are measured on validation and act on the test', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=40&lr=0.02');
  await useDemoData(page);
  await train(page);
  await page.getByRole('button', { name: 'Run test split' }).click();
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const plain = await exportedReport(page);
  expect(plain.test.inference).toBeUndefined();

  await page.getByText('Refine predictions').click();
  await page.getByRole('button', { name: 'Measure on validation' }).click();
  const table = page.getByRole('table', { name: 'Gains on validation' });
  await expect(table).toBeVisible({ timeout: 60_000 });
  await expect(table.getByRole('row', { name: 'One pass' })).toContainText(plain.model.valDice.toFixed(4));
  await expect(table.getByRole('row', { name: 'All three' })).toHaveText(/All three0\.\d{4}[+−]?0\.\d{4}$/);
  // The best threshold is never below one half's score.
  const best = await table.getByRole('row', { name: /^Threshold 0\.\d\d/ }).innerText();
  expect(Number(/\s(0\.\d{4})/.exec(best)?.[1])).toBeGreaterThanOrEqual(Number(plain.model.valDice.toFixed(4)));
  await clean(page, 'refinements');

  for (const name of ['Mean of eight views', 'Largest lesion only', 'Fill holes']) await page.getByLabel(name).check();
  await page.getByRole('button', { name: 'Run test split' }).click();
  const results = page.getByRole('region', { name: 'Test results' });
  await expect(results).toContainText('Refined: mean of eight views, largest lesion only, fill holes.', {
    timeout: 60_000,
  });
  const refined = await exportedReport(page);
  expect(refined.test.inference).toEqual({ views: true, largest: true, holes: true });
  expect(refined.test.meanDice).not.toBe(plain.test.meanDice);
  // The picture of an image is the mask that was scored.
  const row = page.getByRole('table', { name: 'Per-image scores' }).locator('tbody').getByRole('button').first();
  await row.click();
  await expect(results.getByAltText(/^Prediction /)).toBeVisible();
});
