/** Reports and models from elsewhere become runs to compare. */
import { readFile } from 'node:fs/promises';
import { clean, expect, exportedReport, goPlace, openStudio, runTest, test, train, useDemoData } from './support.ts';

test('@long a report and its model come in as a run, compared with the one that made them', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=30&lr=0.01');
  await useDemoData(page);
  await train(page);
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  const report = await exportedReport(page);
  await goPlace(page, 'Models');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download model' }).click();
  const model = await readFile(await (await downloading).path());
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  const input = runs.getByLabel('Import runs');
  const rows = page.getByRole('table', { name: 'Kept runs' }).getByRole('rowheader');
  const json = (name: string, content: unknown) => ({
    ...{ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) },
  });

  // A bad file is named, and the good one beside it does not come in.
  await input.setInputFiles([json('report.json', report), json('other.json', { format: 'other' })]);
  await expect(page.getByRole('alert')).toContainText('other.json is no report of this page');
  await page.getByRole('alert').getByRole('button').first().click();
  await expect(rows).toHaveCount(1);

  await input.setInputFiles([
    json('report.json', report),
    { name: 'model.zip', mimeType: 'application/zip', buffer: model },
  ]);
  await expect(rows).toHaveCount(2);
  await expect(page.getByText('Imported 1 run, 1 with weights').first()).toBeAttached();
  for (const tick of await runs.getByRole('checkbox').all()) await tick.check();
  await runs.getByRole('button', { name: 'Compare 2' }).click();
  const paired = page.getByRole('region', { name: 'Image by image' });
  await expect(paired.getByRole('status').first()).toHaveText('No difference can be told from these 3 images.');
  await expect(paired).toContainText('No image has another score.');
  // Its weights are there: an image opens.
  await paired.getByRole('slider', { name: 'Images by change, the largest first' }).press('Enter');
  await expect(paired.getByRole('button', { name: /^Hold for/ })).toHaveCount(2, { timeout: 30_000 });
  await clean(page, 'an imported run');
});
