/** The model that comes with the page: loaded, tested, and trained on. */
import { expect, exportedReport, goPlace, openStudio, runTest, test, trained, useDemoData } from './support.ts';

test('the pre-trained model predicts at once, and a run can begin with it', async ({ page }) => {
  await openStudio(page, 'size=32&filters=8&batch=4&epochs=1&demo=12&lr=0.0001');
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Load pre-trained model' }).click();
  const models = page.getByRole('tabpanel', { name: 'Models' });
  await expect(models).toContainText('797,979');
  const card = await page.request.get(
    new URL(
      (await page.getByRole('link', { name: 'About the pre-trained model' }).getAttribute('href')) ?? '',
      page.url(),
    ).href,
  );
  expect(await card.text()).toContain('Not a medical device');
  await useDemoData(page);
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const before = await exportedReport(page);
  // It has never seen drawn images; that it finds their lesions shows that it was read as it was written.
  expect(before.test.meanDice).toBeGreaterThan(0.7);

  await goPlace(page, 'Train');
  const settings = page.getByRole('group', { name: 'Training settings' });
  const trainOn = page.getByRole('button', { name: 'Continue training this model' });
  await settings.getByLabel('Base filters', { exact: true }).fill('4');
  await expect(trainOn).toBeDisabled();
  await settings.getByLabel('Base filters', { exact: true }).fill('8');
  await trainOn.click();
  await trained(page);
  const { epochs, startedFrom } = await exportedReport(page);
  expect(startedFrom).toBe('isic2018-64-f8.safetensors');
  // New weights are far from this after four steps.
  expect(epochs[0].valDice).toBeGreaterThan(0.7);
  await goPlace(page, 'Models');
  await page.getByRole('table', { name: 'Kept runs' }).getByRole('rowheader').getByRole('button').first().click();
  await expect(page.getByRole('region', { name: 'Run page' })).toContainText('isic2018-64-f8.safetensors');
});
