/** Where no rule pairs the files, the person says which belong together. */
import { soundPairs, zipOf } from './fixtures.ts';
import { clean, expect, openStudio, test } from './support.ts';

/** Images and masks whose folders and names say nothing: `scans/p3.png`, `by AB/03 contour.png`. */
function told(count: number): Record<string, Buffer> {
  const entries = Object.values(soundPairs(count));
  return Object.fromEntries(
    entries.map((file, i) => {
      const number = String(Math.floor(i / 2)).padStart(2, '0');
      return [i % 2 === 0 ? `study/scans/p${number}.png` : `study/by AB/${number} contour.png`, file];
    }),
  );
}

test('folders and names that no rule pairs are paired by hand, and again in the same session', async ({ page }) => {
  await openStudio(page, 'size=32');
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(told(12))]);
  await expect(page.getByRole('alert')).toContainText('No pair of image and mask was found');
  await page.getByRole('button', { name: 'Pair the files by hand' }).click();
  const dialog = page.getByRole('dialog', { name: 'Which files belong together?' });
  await expect(dialog.getByRole('row')).toHaveCount(3);
  await expect(dialog.getByRole('button', { name: 'Use these pairs' })).toBeDisabled();
  await dialog.getByLabel('set.zip › study/scans holds').selectOption('images');
  await dialog.getByLabel('set.zip › study/by AB holds').selectOption('masks');
  await expect(dialog.getByRole('status')).toContainText('No pairs yet · 24 files without a partner');
  await dialog.getByLabel('Names match after removing').fill('p, contour');
  await expect(dialog.getByRole('status')).toContainText('12 pairs');
  await expect(dialog.getByRole('status')).toContainText('study/scans/p00.png ↔ set.zip › study/by AB/00 contour.png');
  await clean(page, 'pairing by hand');
  await dialog.getByRole('button', { name: 'Use these pairs' }).click();
  await expect(dataset.getByText('12 pairs', { exact: true }).first()).toBeVisible();

  await test.step('the same folders, dropped again', async () => {
    await page.getByLabel('Dataset files').setInputFiles([await zipOf(told(14))]);
    await expect(dataset.getByText('14 pairs', { exact: true }).first()).toBeVisible();
  });
  await test.step('other files go by the rule', async () => {
    await page.getByLabel('Dataset files').setInputFiles([await zipOf(soundPairs(11))]);
    await expect(dataset.getByText('11 pairs', { exact: true }).first()).toBeVisible();
  });
  await test.step('the choice can be taken back', async () => {
    await page.getByLabel('Dataset files').setInputFiles([await zipOf(told(12))]);
    await expect(dataset.getByText('12 pairs', { exact: true }).first()).toBeVisible();
    await page.getByRole('button', { name: 'Pair the files by hand' }).click();
    await dialog.getByRole('button', { name: 'Use the page’s own rule' }).click();
    await expect(
      page.getByRole('alert').filter({ hasText: 'No pair of image and mask was found' }).last(),
    ).toBeVisible();
    // What was loaded before stays.
    await expect(dataset.getByText('12 pairs', { exact: true }).first()).toBeVisible();
  });
});
