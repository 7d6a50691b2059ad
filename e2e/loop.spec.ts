/** The loop: photos without masks are outlined, join the data set, are corrected, and are trained on. */
import { decode } from 'fast-png';
import { skin, soundPairs, zipOf } from './fixtures.ts';
import {
  bytesOf,
  clean,
  downloadFrom,
  expect,
  goPlace,
  openStudio,
  pairsRead,
  test,
  train,
  useDemoData,
} from './support.ts';

const photo = (name: string, seed: number) => ({ name, mimeType: 'image/png', buffer: skin(50, 40, seed) });

test('@long outlined images join the data set, are corrected, and train the next model', async ({ page }) => {
  await openStudio(page, 'size=32&engine=cpu&filters=2&epochs=2&batch=2&lr=0.01');
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(soundPairs(12))]);
  await pairsRead(page, 12);
  await train(page);
  const partOf = () =>
    page.evaluate(() => {
      const { dataset, currentSplit } = window.studio.store.getState();
      const ids = (places: readonly number[] = []) => places.map(place => dataset?.ids[place]).sort();
      const { train = [], validation = [], test = [] } = currentSplit ?? {};
      return { train: ids(train), validation: ids(validation), test: ids(test) };
    });
  const before = await partOf();

  await goPlace(page, 'Results');
  await page.getByRole('radio', { name: 'Outlines' }).check();
  // One has the name of an image of the data set, and is another.
  await page.getByLabel('Images to outline').setInputFiles([photo('NEW.png', 301), photo('ISIC_1003.png', 302)]);
  const outlined = page.getByRole('table', { name: 'Outlined images' });
  await expect(outlined.getByRole('row')).toHaveCount(3);
  await page.getByLabel('Part for the added images').selectOption('validation');
  await page.getByRole('button', { name: 'Add to data set' }).click();
  await pairsRead(page, 14);
  const added = await partOf();
  expect(added.train).toEqual(before.train);
  expect(added.test).toEqual(before.test);
  expect(added.validation).toHaveLength(before.validation.length + 2);

  // Pressed once more, nothing is there twice; and the rows still open their pictures.
  await page.getByRole('button', { name: 'Add to data set' }).click();
  await expect(page.getByText('No pairs added; 2 were there already')).toBeVisible();
  await pairsRead(page, 14);
  await outlined.getByRole('button', { name: 'NEW.png', exact: true }).click();
  await expect(page.getByRole('figure', { name: 'NEW.png' }).getByRole('img').first()).toBeVisible();
  // A pair that was left out stays so.
  await page.evaluate(() => window.studio.commands.leaveOut('ISIC_1005', true));
  await pairsRead(page, 13);

  // One more, straight into the editor.
  await page.getByLabel('Images to outline').setInputFiles([photo('THIRD.png', 303)]);
  await expect(outlined.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Correct mask' }).click();
  const editor = page.getByRole('region', { name: 'Mask editor' });
  await expect(editor.getByRole('heading', { name: 'THIRD' })).toBeVisible();
  await editor.getByRole('application').focus();
  await page.keyboard.press('+');
  await editor.getByRole('button', { name: 'Save mask' }).click();
  await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
  await editor.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(editor).toBeHidden();
  const corrected = await partOf();
  const without = (ids: readonly (string | undefined)[]) => ids.filter(id => id !== 'ISIC_1005');
  expect(corrected.train).toEqual([...without(before.train), 'THIRD'].sort());
  expect(corrected.test).toEqual(without(before.test));

  await goPlace(page, 'Data');
  await expect(page.getByText('1 mask corrected')).toBeVisible();
  await clean(page, 'masks corrected');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByLabel('Start from').selectOption('the current model');
  await page.getByRole('button', { name: 'Train on corrections' }).click();
  await expect(page.getByRole('tab', { name: /^Train/ })).toHaveAttribute('aria-selected', 'true');
  await page.waitForFunction(() => window.studio.store.getState().run?.dataset.corrected?.length === 1);
  await page.waitForFunction(() => window.studio.store.getState().run?.state === 'done');
  const run = await page.evaluate(() => {
    const { run } = window.studio.store.getState();
    return { startedFrom: run?.startedFrom, test: run?.split.test.length };
  });
  expect(run).toEqual({ startedFrom: 'this run, epoch 2', test: without(before.test).length });
  await goPlace(page, 'Models');
  await page
    .getByRole('table', { name: 'Kept runs' })
    .getByRole('button', { name: /^Run 2/ })
    .click();
  await expect(page.getByText('Corrected masks')).toBeVisible();
});

test('@long outlined images join the demo data, which no file was chosen for', async ({ page }) => {
  await openStudio(page, 'size=32&engine=cpu&filters=2&epochs=1&batch=4&demo=20');
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Results');
  await page.getByRole('radio', { name: 'Outlines' }).check();
  await page.getByLabel('Images to outline').setInputFiles([photo('NEW.png', 301)]);
  await page.getByRole('button', { name: 'Add to data set' }).click();
  await pairsRead(page, 21);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await goPlace(page, 'Data');
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText('train 17 · validation 2 · test 2');
});

test('@long an outline is corrected before there is a data set, and joins one with its versions', async ({ page }) => {
  await openStudio(page, 'size=32&engine=cpu&filters=2&epochs=1');
  await page.getByLabel('Choose photos').setInputFiles([photo('FIRST.png', 311), photo('SECOND.png', 312)]);
  const outlined = page.getByRole('table', { name: 'Outlined images' });
  await expect(outlined.getByRole('row')).toHaveCount(3, { timeout: 60_000 });
  await outlined.getByRole('button', { name: 'FIRST.png', exact: true }).click();
  const maskOfFirst = async () =>
    decode(await bytesOf(await downloadFrom(page, 'Download mask of FIRST.png'))).data.filter(value => value > 0)
      .length;
  const before = await maskOfFirst();

  await page.getByRole('button', { name: 'Correct mask' }).click();
  const editor = page.getByRole('region', { name: 'Mask editor' });
  await expect(editor.getByRole('heading', { name: 'FIRST.png' })).toBeVisible();
  await clean(page, 'an outline in the editor');
  await editor.getByRole('application').focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await editor.getByRole('button', { name: 'Save mask' }).click();
  await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
  await expect(editor.getByText('As it came')).toBeVisible();
  await editor.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(outlined.getByRole('row', { name: /FIRST/ })).toContainText('corrected');
  const after = await maskOfFirst();
  expect(after).toBeGreaterThan(before);

  // Opened again, the version is there.
  await page.getByRole('button', { name: 'Correct mask' }).click();
  await expect(editor.getByText('By hand')).toBeVisible();
  await editor.getByRole('button', { name: 'Back', exact: true }).click();

  // Gone through by keys: one is accepted, the other left out.
  await page.getByRole('button', { name: 'Review outlines' }).click();
  for (const count of [0, 1]) {
    await expect(editor.getByText(`${count} of 2 reviewed`)).toBeVisible();
    await expect(editor.getByRole('application')).toBeFocused();
    await page.keyboard.press(
      (await editor.getByRole('heading', { level: 2 }).textContent()) === 'FIRST.png' ? 'a' : 'x',
    );
  }
  await expect(editor).toBeHidden();
  await expect(page.getByText('All 2 outlines are looked through')).toBeVisible();
  await expect(outlined.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('list', { name: 'Images left out' })).toContainText('SECOND.png — was left out by hand');

  await goPlace(page, 'Data');
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(soundPairs(12))]);
  await pairsRead(page, 12);
  await goPlace(page, 'Results');
  await page.getByRole('button', { name: 'Add to data set' }).click();
  await pairsRead(page, 13);
  await page.waitForFunction(() => window.studio.store.getState().dataset?.corrected?.length === 1);
  const corrected = await page.evaluate(() => window.studio.store.getState().dataset?.corrected?.map(({ id }) => id));
  expect(corrected).toEqual(['FIRST']);
});
