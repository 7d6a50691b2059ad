/** The place of models: runs in one table, a page for each, side by side; and the menu of exports. */
import { defaultSettings } from '../src/protocol/settings.ts';
import { keepRuns, names, runOf, runPage, table, tested, withBest } from './run-records.ts';
import { clean, expect, goPlace, openStudio, test } from './support.ts';

test('@long runs are sorted, renamed in place, opened, compared, deleted and restored', async ({ page }) => {
  await openStudio(page, 'engine=cpu');
  await goPlace(page, 'Models');
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toContainText(
    'Runs appear here when they end.',
  );
  await keepRuns(page, [
    runOf(0, { ...withBest(0.7), test: tested(0.6), settings: { ...defaultSettings, lr: 0.001 } }),
    runOf(1, { ...withBest(0.9), test: tested(0.8), settings: { ...defaultSettings, flips: true } }),
    runOf(2, { ...withBest(0.8), name: '<b>third</b>' }),
    runOf(9, { ...withBest(0.6), test: tested(0.7) }),
  ]);
  await goPlace(page, 'Models');

  // The newest first; the best is the one of the highest validation Dice.
  await expect(names(page)).toHaveText(['Run 10 made up', '<b>third</b>', /^Run 2 made up\s*best$/, 'Run 1 made up']);
  const sort = table(page).getByRole('button', { name: 'Test Dice' });
  await sort.click();
  await expect(names(page)).toHaveText([/^Run 2/, /^Run 10/, /^Run 1 /, '<b>third</b>']);
  await sort.click();
  // Without a test it stays last.
  await expect(names(page)).toHaveText([/^Run 1 /, /^Run 10/, /^Run 2/, '<b>third</b>']);
  await table(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(names(page)).toHaveText(['<b>third</b>', /^Run 1 /, /^Run 2/, /^Run 10/]);

  // A column for each setting that differs, and others on demand.
  const heads = table(page).getByRole('columnheader');
  const plain = ['Run', 'Test Dice', '95 % interval', 'Validation', 'Best epoch'];
  await expect(heads).toHaveText([...plain, 'Learning rate', 'Flips', 'Images', 'Time', 'Started']);
  await expect(table(page).getByRole('row', { name: /Run 2/ })).toContainText(/0\.\d{3} – 0\.\d{3}/);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Batch size' }).click();
  await page.keyboard.press('Escape');
  await expect(heads).toHaveText([...plain, 'Learning rate', 'Flips', 'Batch size', 'Images', 'Time', 'Started']);
  await page.getByRole('button', { name: 'Only settings that differ' }).click();
  await expect(heads).toHaveText([...plain, 'Learning rate', 'Flips', 'Images', 'Time', 'Started']);

  // A name is changed where it stands; Escape leaves it.
  await page.getByRole('button', { name: 'Rename Run 1: made up' }).click();
  const field = page.getByRole('textbox', { name: 'Run name' });
  await field.fill('never');
  await field.press('Escape');
  await expect(names(page).nth(1)).toHaveText('Run 1 made up');
  await page.getByRole('button', { name: 'Rename Run 1: made up' }).click();
  await field.fill('Run 1: twice the rate');
  await field.press('Enter');
  await expect(names(page).nth(1)).toHaveText('Run 1 twice the rate');

  // By keyboard to the next row, and into it.
  const first = table(page).getByRole('button', { name: 'Run 1 twice the rate', exact: true });
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(table(page).getByRole('button', { name: /^Run 2 made up/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(runPage(page).getByRole('heading', { name: 'Run 2 made up' })).toBeVisible();
  await expect(runPage(page).getByRole('figure', { name: 'Dice of the run' }).locator('path').first()).toBeVisible();
  await runPage(page).getByRole('button', { name: 'Edit note' }).click();
  await runPage(page).getByLabel('Run note').fill('flips\nhelp');
  await runPage(page).getByRole('button', { name: 'Save note' }).click();
  await expect(runPage(page).getByText('flips help')).toBeVisible();
  await clean(page, 'a run is open');
  await page.setViewportSize({ width: 1440, height: 900 });
  const show = (view: string) => runPage(page).getByRole('radio', { name: view }).check();
  await show('Epochs');
  await expect(page.getByRole('table', { name: 'Epochs of the run' }).getByRole('row')).toHaveCount(4);
  await show('Test');
  await expect(page.getByRole('table', { name: 'Test images of the run' }).getByRole('row')).not.toHaveCount(1);
  await show('Settings');
  await expect(runPage(page)).toContainText('Learning rate decay');
  await show('Pictures');
  // Nothing is drawn without the images, and the page says so.
  await expect(runPage(page).getByRole('button', { name: 'Show pictures' })).toBeDisabled();
  await expect(runPage(page)).toContainText('There is no data set yet');

  // Two of them side by side, in place of the one.
  const compare = page.getByRole('button', { name: /^Compare/ });
  await expect(compare).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Compare Run 2' }).check();
  await page.getByRole('checkbox', { name: 'Compare Run 10' }).check();
  await compare.click();
  const comparison = page.getByRole('region', { name: 'Comparison of runs' });
  await expect(comparison.getByRole('figure', { name: /of the runs$/ })).toHaveCount(3);
  await expect(runPage(page)).toHaveCount(0);
  await clean(page, 'two runs compared');
  await page.setViewportSize({ width: 1440, height: 900 });
  await comparison.getByRole('button', { name: 'Close comparison' }).click();

  await table(page).getByRole('button', { name: '<b>third</b>', exact: true }).click();
  await runPage(page).getByRole('button', { name: 'Delete run' }).click();
  await expect(names(page)).toHaveText([/^Run 1 /, /^Run 2/, /^Run 10/]);
  await expect(runPage(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(names(page)).toHaveCount(4);
  // Names and notes are in the records.
  await page.reload();
  await goPlace(page, 'Models');
  await expect(names(page)).toHaveText([/^Run 10/, '<b>third</b>', /^Run 2/, 'Run 1 twice the rate']);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('@long exports by keyboard, in files that carry what they are of and the day', async ({ page }) => {
  await openStudio(page, 'engine=cpu');
  await goPlace(page, 'Models');
  await expect(page.getByRole('button', { name: 'Download model' })).toBeDisabled();
  await page.getByRole('button', { name: 'Load pre-trained model' }).click();
  await expect(page.getByText('not saved')).toBeVisible();
  const trigger = page.getByRole('button', { name: 'Export', exact: true });
  await trigger.focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu', { name: 'Export' });
  await expect(menu.getByRole('menuitem', { name: 'ONNX', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(menu.getByRole('menuitem', { name: 'safetensors' })).toBeFocused();
  await clean(page, 'the menu of exports is open');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(trigger).toBeFocused();
  await page.keyboard.press('Enter');
  // The menu moves its focus after the key, so each key waits for the one before.
  await expect(menu.getByRole('menuitem', { name: 'ONNX', exact: true })).toBeFocused();
  await page.keyboard.press('End');
  await expect(menu.getByRole('menuitem', { name: 'Export for Hugging Face' })).toBeFocused();
  await page.keyboard.press('Home');
  await expect(menu.getByRole('menuitem', { name: 'ONNX', exact: true })).toBeFocused();
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toMatch(/^lesion-studio-improved-unet-64-f8-\d{4}-\d\d-\d\d\.onnx$/);
  await page.getByRole('button', { name: 'Save to browser' }).click();
  const saved = page.getByRole('region', { name: 'Saved models' });
  await expect(saved.getByRole('listitem')).toHaveCount(1);
  await expect(page.getByText('not saved')).toHaveCount(0);
  await saved.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('not saved')).toBeVisible();
});
