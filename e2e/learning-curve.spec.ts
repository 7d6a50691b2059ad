/** A learning curve: runs on nested parts of the training images, over a reload in between, and what comes of them. */
import { readFile } from 'node:fs/promises';
import { bytesOf, clean, downloadFrom, expect, goPlace, openStudio, pairsRead, test, useDemoData } from './support.ts';

test('@long five sizes, cut short by a reload, give a curve with its band, and reports that come back as runs', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=24&lr=0.01&engine=cpu');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByText('Learning curve: what more images would give').click();
  await page.getByRole('button', { name: 'Learning curve', exact: true }).click();
  const rows = page.getByRole('table', { name: 'Sizes of the learning curve' }).locator('tbody').getByRole('row');
  // The whole part first, with the settings as they are.
  await expect(rows.first()).toHaveText(/^100 %done1920\.\d{4}0\.\d{4}–$/, { timeout: 60_000 });
  await expect(page.getByText('A curve needs at least 4 sizes, and one is done')).toBeVisible();
  await page.reload();

  await goPlace(page, 'Data');
  await page.getByRole('button', { name: 'Use last data' }).click();
  await pairsRead(page, 24);
  await goPlace(page, 'Train');
  await page.getByText('Learning curve: what more images would give').click();
  await page.getByRole('button', { name: 'Continue with the sizes left' }).click();
  const band = '(0|1)\\.\\d{3} – (0|1)\\.\\d{3}';
  await expect(rows.last()).toHaveText(new RegExp(`^10 %done260\\.\\d{4}0\\.\\d{4}${band}$`), { timeout: 120_000 });
  await expect(rows.locator('td:nth-child(3)')).toHaveText(['19', '15', '8', '4', '2']);
  // As many steps each: 3 an epoch with 19 images, 1 with 2.
  await expect(rows.locator('td:nth-child(4)')).toHaveText(['2', '3', '6', '6', '6']);
  await expect(page.getByRole('figure', { name: 'Learning curve' })).toBeVisible();
  await expect(page.getByText(/wice as many( training images)? \(38\)/)).toBeVisible();
  await clean(page, 'learning curve');

  const told = await page.evaluate(() => {
    const { keptRuns, model } = window.studio.store.getState();
    const scored = keptRuns.runs.filter(({ test }) => test);
    return {
      images: scored.map(({ test }) => test?.images.map(({ id }) => id).sort()),
      seen: scored.map(({ test }) => test?.seen),
      current: keptRuns.runs.find(({ id }) => id === model?.keptRun)?.split.subset?.share,
    };
  });
  // The same images held out from all of them, and the model of the whole part is at hand.
  expect(told.images).toHaveLength(5);
  for (const images of told.images) expect(images).toEqual(told.images[0]);
  for (const seen of told.seen) expect(seen).toEqual({ known: true, ids: [] });
  expect(told.current).toBe(1);

  const content = JSON.parse((await bytesOf(await downloadFrom(page, 'Export learning curve'))).toString());
  expect(content).toMatchObject({ format: 'lesion-studio-learning-curve', errorsOf: 'test' });
  expect(content.points.map(({ images }: { images: number }) => images)).toEqual([2, 4, 8, 15, 19]);
  expect(content.fitted.at(-1).images).toBe(38);

  // The run of a subset leaves a report by which it comes in elsewhere as the same size.
  await goPlace(page, 'Models');
  await page
    .getByRole('table', { name: 'Kept runs' })
    .getByRole('button', { name: /20 % of the images/ })
    .first()
    .click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export this run’s report' }).click();
  const report = await readFile(await (await downloading).path());
  expect(JSON.parse(report.toString()).split).toMatchObject({ subset: { share: 0.2, of: 5 } });
  await page
    .getByLabel('Import runs')
    .setInputFiles([{ name: 'report.json', mimeType: 'application/json', buffer: report }]);
  await expect(page.getByText('Imported 1 run, 0 with weights').first()).toBeAttached();
  const imported = await page.evaluate(
    () => window.studio.store.getState().keptRuns.runs.find(({ id }) => id.startsWith('import-'))?.split.subset?.share,
  );
  expect(imported).toBe(0.2);
});
