/** Every run is kept: named, compared, brought back after a reload, deleted and restored. */
import {
  clean,
  expect,
  exportedReport,
  goPlace,
  maskOf,
  openSplit,
  openStudio,
  runTest,
  test,
  train,
  useDemoData,
} from './support.ts';

test('@long two runs are kept and compared', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=3&demo=30&lr=0.01');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  const rows = page.getByRole('table', { name: 'Kept runs' }).getByRole('rowheader');
  const tests = page.getByRole('table', { name: 'Per-image scores' });
  await useDemoData(page);
  await train(page);
  await runTest(page);
  await expect(tests).toBeVisible({ timeout: 60_000 });
  await goPlace(page, 'Models');
  await rows.getByRole('button').click();
  const opened = page.getByRole('region', { name: 'Run page' });
  await expect(opened).toContainText('finished, 3 epochs');
  await opened.getByRole('button', { name: 'Rename this run' }).click();
  await opened.getByLabel('Run name').fill('<b>first</b>');
  await opened.getByLabel('Run name').press('Enter');
  await opened.getByRole('button', { name: 'Edit note' }).click();
  await opened.getByLabel('Run note').fill('a tenth\nof the rate');
  await opened.getByRole('button', { name: 'Save note' }).click();
  await expect(rows).toHaveText('<b>first</b>');

  const settings = page.getByRole('group', { name: 'Training settings' });
  await goPlace(page, 'Train');
  await settings.getByLabel('Learning rate', { exact: true }).fill('0.001');
  await settings.getByLabel('Flips').check();
  await train(page);
  await runTest(page);
  await expect(tests).toBeVisible({ timeout: 60_000 });
  await goPlace(page, 'Models');
  await expect(rows).toHaveCount(2);
  await expect(runs).toContainText(/2 kept in this browser, [\d.]+ kB/);
  const cells = page.getByRole('table', { name: 'Kept runs' }).locator('td[data-main]');
  await expect(cells).toHaveText([/^0\.\d{4}$/, /^0\.\d{4}$/]);
  const [newest = '', oldest = ''] = await cells.allInnerTexts();

  for (const tick of await runs.getByRole('checkbox').all()) await tick.check();
  await runs.getByRole('button', { name: 'Compare 2' }).click();
  const comparison = page.getByRole('region', { name: 'Comparison of runs' });
  const differ = comparison.getByRole('table', { name: 'Settings that differ' });
  await expect(differ.getByRole('row')).toHaveText([
    /Settings that differ/,
    /^Learning rate0\.0010\.01$/,
    /^Flipstruefalse$/,
  ]);
  await expect(
    comparison.getByRole('table', { name: 'Results' }).getByRole('row', { name: 'Test mean Dice' }),
  ).toHaveText(`Test mean Dice${newest}${oldest}`);
  // Every run has both curves in each figure; pointing at one is read in all.
  const curve = comparison.getByRole('figure', { name: 'Dice of the runs' });
  await expect(curve.locator('[data-series] path')).toHaveCount(4);
  await curve.getByRole('application').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(comparison.getByRole('figure', { name: 'Loss of the runs' }).locator('.plot-tip')).toContainText(
    'Epoch 3',
  );
  await comparison.getByLabel('Smoothing').fill('0.5');
  await expect(curve.locator('[data-series] path')).toHaveCount(8);
  await comparison.getByLabel('Logarithmic loss').check();
  await comparison.getByLabel('Zoom from').fill('0.5');
  await expect(curve.locator('.plot-tick').last()).toHaveText('3');
  await comparison.getByRole('button', { name: 'Whole curves' }).click();

  await comparison.getByRole('button', { name: 'Show pictures' }).click();
  const first = comparison.getByRole('img', { name: /^Prediction \S+ of <b>first<\/b>$/ });
  await expect(first).toHaveCount(3, { timeout: 60_000 });
  const before = await maskOf(first.first());
  await clean(page, 'runs compared');
  const id = /^Prediction (\S+) of/.exec((await first.first().getAttribute('alt')) ?? '')?.[1] ?? '';

  // All of it is still there after a reload, and the first run's weights make the same mask.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.reload();
  await useDemoData(page);
  // Another split is set: the run's model is tested on what its own run held out all the same.
  await openSplit(page);
  await page.getByLabel('Split seed').fill('7');
  await page.getByLabel('Split seed').press('Tab');
  await goPlace(page, 'Models');
  await expect(rows).toHaveCount(2);
  await rows.last().getByRole('button').click();
  await expect(opened).toContainText('of the rate');
  await opened.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(page.getByText('<b>first</b>, epoch').filter({ visible: true }).first()).toBeVisible();
  await runTest(page);
  await tests.getByRole('button', { name: id }).click();
  const results = page.getByRole('region', { name: 'Test results' });
  await expect(results.getByAltText(`Prediction ${id}`)).toBeVisible();
  const report = await exportedReport(page);
  expect(report.split.seed).toBe(1);
  expect(report.test.images.map(({ id }: { id: string }) => id).sort()).toEqual([...report.split.test].sort());
  expect(report.test.meanDice.toFixed(4)).toBe(oldest);
  expect(await maskOf(results.getByAltText(`Prediction ${id}`))).toEqual(before);

  await goPlace(page, 'Models');
  await rows.first().getByRole('button').click();
  await opened.getByRole('button', { name: 'Delete run' }).click();
  await expect(rows).toHaveCount(1);
  await runs.getByRole('button', { name: 'Undo' }).click();
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('alert')).toHaveCount(0);
});
