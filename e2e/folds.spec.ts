/** Cross-validation: every image is held out once, over a reload in between; and the masks that agree least are looked through. */
import JSZip from 'jszip';
import { png } from './fixtures.ts';
import {
  bytesOf,
  clean,
  downloadFrom,
  expect,
  goPlace,
  openStudio,
  pairsRead,
  runTest,
  test,
  useDemoData,
} from './support.ts';

test('three folds, cut short by a reload, give every image a score by a model that has not seen it', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=24&engine=cpu');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByText('Cross-validation: k folds').click();
  const folds = page.getByLabel('Folds', { exact: true });
  await folds.fill('1');
  await expect(page.getByText('Not used: 2 to 10. Still 5.')).toBeVisible();
  await folds.fill('3');
  await page.getByRole('button', { name: 'Cross-validate' }).click();
  const rows = page.getByRole('table', { name: 'Folds' }).locator('tbody').getByRole('row');
  const done = /^\ddone820\.\d{4}0\.\d{4}$/;
  await expect(rows.first()).toHaveText(done);
  await page.reload();

  // What was done is known; the fold that was cut short and the one after it follow.
  await goPlace(page, 'Data');
  await page.getByRole('button', { name: 'Use last data' }).click();
  await pairsRead(page, 24);
  await goPlace(page, 'Train');
  await expect(rows.first()).toHaveText(done);
  await page.getByText('Cross-validation: k folds').click();
  await page.getByRole('button', { name: 'Continue with the folds left' }).click();
  await expect(rows).toHaveText([done, done, done], { timeout: 120_000 });
  await expect(page.getByText(/mean Dice of 24 held-out images, 95 %/)).toBeVisible();
  await clean(page, 'cross-validated');

  const csv = (await bytesOf(await downloadFrom(page, 'Export held-out scores'))).toString();
  const lines = csv.trim().split('\r\n');
  expect(lines[0]).toMatch(/^id,fold,threshold,dice,/);
  const cells = lines.slice(1).map(line => line.split(','));
  expect(new Set(cells.map(([id]) => id)).size).toBe(24);
  expect(cells.map(([, fold]) => fold).sort()).toEqual([...'1'.repeat(8), ...'2'.repeat(8), ...'3'.repeat(8)]);
  // And a mask of each by that model, of the image's own size.
  const masks = await JSZip.loadAsync(await bytesOf(await downloadFrom(page, 'Export held-out masks')));
  expect(Object.keys(masks.files).sort()).toEqual(
    cells.map(([id]) => `${id?.replaceAll('"', '')}_segmentation.png`).sort(),
  );
  // The last fold's network is the current model: its own test gives the same masks.
  const ofLast = await JSZip.loadAsync(await bytesOf(await downloadFrom(page, 'Export masks')));
  expect(Object.keys(ofLast.files)).toHaveLength(8);
  for (const [name, file] of Object.entries(ofLast.files))
    expect(await masks.file(name)?.async('base64'), name).toBe(await file.async('base64'));
  // Each model's own record says that it has not seen what it was scored on.
  const seen = await page.evaluate(() => {
    const { keptRuns, dataset } = window.studio.store.getState();
    // The one that was cut short may have left its own record.
    return keptRuns.runs
      .filter(({ test }) => test)
      .map(({ split, test }) => ({
        fold: split.fold?.index,
        ...test?.seen,
        pairs: dataset?.ids.length,
      }));
  });
  expect(seen).toHaveLength(3);
  for (const each of seen) expect(each).toMatchObject({ known: true, ids: [], pairs: 24 });

  // The division that is set is not a fold's.
  const division = await page.evaluate(() => window.studio.store.getState().currentSplit);
  expect(division?.fold).toBeUndefined();
  expect(division?.test).toHaveLength(3);
  // The files of last data are not at hand, and corrections are kept with them.
  await expect(page.getByRole('button', { name: 'Suspect masks' })).toBeDisabled();
});

test('@long suspect masks are looked through, the least agreement first', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=1&demo=20&engine=cpu');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByText('Cross-validation: k folds').click();
  await page.getByLabel('Folds', { exact: true }).fill('2');
  await page.getByRole('button', { name: 'Cross-validate' }).click();
  await expect(page.getByText(/mean Dice of 20 held-out images/)).toBeVisible({ timeout: 120_000 });
  const expected = await page.evaluate(() => {
    const { keptRuns, dataset, currentSplit } = window.studio.store.getState();
    const locked = new Set(currentSplit?.test.map(place => dataset?.ids[place]));
    const images = keptRuns.runs.flatMap(({ test }) => test?.images ?? []).filter(({ id }) => !locked.has(id));
    return images.sort((a, b) => a.dice - b.dice).map(({ id }) => id);
  });
  await page.getByRole('button', { name: 'Suspect masks' }).click();
  const queue = page.getByRole('list', { name: 'Review queue' });
  await expect(queue.getByRole('button')).toHaveText(expected);
  await expect(page.getByText(`0 of ${expected.length} reviewed`)).toBeVisible();
  // What the mask is compared with is of the model that has not seen it.
  const told = await page.evaluate(async id => {
    const { keptRuns } = window.studio.store.getState();
    const by = keptRuns.runs.find(({ test }) => test?.images.some(image => image.id === id));
    return { by: by?.name, shown: (await window.studio.commands.maskPrediction(id))?.model };
  }, expected[0] ?? '');
  expect(told.by).toMatch(/fold \d of 2/);
  expect(told.shown).toBe(told.by);
  await page.keyboard.press('a');
  await expect(page.getByText(`1 of ${expected.length} reviewed`)).toBeVisible();

  // How far it came is known after a reload.
  await page.reload();
  await goPlace(page, 'Data');
  await useDemoData(page);
  await page.getByRole('button', { name: `Continue review, 1 of ${expected.length}` }).click();
  await expect(
    page.getByRole('region', { name: 'Mask editor' }).getByRole('heading', { name: expected[1] ?? '' }),
  ).toBeVisible();
  await expect(page.getByText(`1 of ${expected.length} reviewed`)).toBeVisible();
});

test('@long folds without the test part become an ensemble that is tested, kept and taken away', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=30&lr=0.01&engine=cpu');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByText('Cross-validation: k folds').click();
  await page.getByLabel('Folds', { exact: true }).fill('2');
  await page.getByRole('checkbox', { name: 'Keep the test part out' }).check();
  await page.getByRole('button', { name: 'Cross-validate' }).click();
  await expect(page.getByText(/mean Dice of 27 held-out images/)).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Use ensemble' }).click();
  await expect(page.getByText('Loaded Ensemble of 2 networks').first()).toBeAttached();
  const scored = () =>
    page.evaluate(() => {
      const { results, currentSplit, dataset } = window.studio.store.getState();
      const { networks, meanDice, images, seen } = results.test?.outcome.result ?? {};
      const held = currentSplit?.test.map(place => dataset?.ids[place]).sort();
      return { networks, meanDice, ids: images?.map(({ id }) => id).sort(), seen, held };
    });
  await runTest(page);
  const told = page.getByRole('region', { name: 'Test results' }).getByText(/^Ensemble of 2 networks on 3 images/);
  await expect(told).toBeVisible();
  const first = await scored();
  expect(first.networks).toHaveLength(2);
  // The locked test part, of which no fold has seen anything; and nothing was chosen by what another fold has trained on.
  expect(first.ids).toEqual(first.held);
  expect(first.seen).toEqual({ known: true, ids: [] });
  await expect(page.getByText(/Not known of an ensemble whose networks/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Use validation threshold/ })).toHaveCount(0);
  await clean(page, 'ensemble tested');

  await goPlace(page, 'Train');
  await expect(
    page.getByText(/^\d\.\d{4} mean Dice of 27 held-out images.*folds \d\.\d{3} ± .*together \d\.\d{4}/),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue training this model' })).toBeDisabled();
  // Files and the browser's own store give the same model back.
  const onnx = await bytesOf(await downloadFrom(page, 'ONNX'));
  const zip = await bytesOf(await downloadFrom(page, 'Download model'));
  await page.evaluate(() => window.studio.commands.saveModel('both folds'));
  await page.reload();
  await goPlace(page, 'Data');
  await page.getByRole('button', { name: 'Use last data' }).click();
  await pairsRead(page, 30);
  const again = async () => {
    await runTest(page);
    await expect(told).toBeVisible();
    return scored();
  };
  await page.evaluate(() => window.studio.commands.loadModel('both folds'));
  expect(await again()).toEqual(first);
  for (const [name, buffer] of [
    ['m.onnx', onnx],
    ['m.zip', zip],
  ] as const) {
    await goPlace(page, 'Models');
    await page.getByLabel('Model files').setInputFiles([{ name, mimeType: 'application/octet-stream', buffer }]);
    await expect(page.getByText(`Loaded ${name}`).first()).toBeAttached();
    expect(await again()).toEqual(first);
  }
  // From the folds themselves after the reload, as often as wanted.
  await page.evaluate(() => window.studio.commands.loadEnsemble());
  expect(await again()).toEqual(first);

  // It outlines as any model does, with refinements too.
  await page.getByRole('radio', { name: 'Outlines', exact: true }).check();
  await page.getByLabel('Mean of eight views').check();
  await page
    .getByLabel('Images to outline')
    .setInputFiles([{ name: 'A.png', mimeType: 'image/png', buffer: png(40, 30, 'rgb', (x, y) => 3 * x + y) }]);
  await expect(page.getByRole('table', { name: 'Outlined images' })).toContainText('40 × 30', { timeout: 60_000 });
});

test('@long an ensemble of folds over all images cannot be tested on them', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=1&demo=20&engine=cpu');
  await useDemoData(page);
  await page.evaluate(() => window.studio.commands.startCrossValidation(2, false));
  await goPlace(page, 'Train');
  await expect(page.getByText(/Every image was trained on by some fold/)).toBeVisible();
  await page.getByRole('button', { name: 'Use ensemble' }).click();
  await runTest(page);
  await expect(page.getByRole('alert')).toContainText(
    'images of the test part were used to train networks of this ensemble',
  );
});
