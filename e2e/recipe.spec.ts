/** The recipe and the augmentation through the page: set, looked at, trained with, reported; and a sweep over settings. */
import {
  clean,
  expect,
  exportedReport,
  goPlace,
  keptUpTo,
  openStudio,
  pixelsOf,
  test,
  train,
  useDemoData,
} from './support.ts';

test('@long augmented pairs are shown before training, and the whole recipe trains', async ({ page }) => {
  // As in Chrome on Android: notifications come from the service worker alone.
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    class Refused {
      static requestPermission = async () => 'granted';
      constructor() {
        throw new TypeError("Failed to construct 'Notification': Illegal constructor.");
      }
    }
    Object.assign(window, { Notification: Refused });
    const registration = {
      showNotification: async (title: string, { body }: { body: string }) => told.push(title, body),
    };
    Object.defineProperty(navigator, 'serviceWorker', { value: { getRegistration: async () => registration } });
  });
  await openStudio(
    page,
    'size=32&filters=2&batch=4&epochs=4&demo=20&lr=0.01&schedule=cosine&average=0.9&clip=1&weightDecay=0.01&crossEntropy=0.5&focal=1&tversky=0.6&patience=3&hard=0.5',
  );
  const settings = page.getByRole('group', { name: 'Training settings' });
  await goPlace(page, 'Train');
  await page.getByRole('group', { name: 'Settings shown' }).getByLabel('All').check();
  const look = settings.getByRole('button', { name: 'Preview augmentation' });
  await expect(look).toBeDisabled();
  await useDemoData(page);
  await goPlace(page, 'Train');
  await settings.getByRole('button', { name: 'Full', exact: true }).click();
  await expect(settings.getByLabel('Rotation', { exact: true })).toHaveValue('45');
  await look.click();
  const shown = settings.getByRole('region', { name: 'Augmented training pairs' });
  await expect(shown.getByRole('img')).toHaveCount(4 * 4 * 2);
  const first = shown.getByRole('figure').first();
  const [original, view, mask] = await Promise.all(
    [/ as it is$/, /^View 1 of/, /^Mask of view 1 of/].map(name => pixelsOf(first.getByRole('img', { name }))),
  );
  const bytes = ({ data }: { data: ArrayLike<number> }) => Array.from(data).join();
  if (!original || !view || !mask) throw new Error('no pictures');
  expect(bytes(view)).not.toBe(bytes(original));
  // A mask is black or white, and has a lesion.
  expect([...new Set(Array.from(mask.data))].sort()).toEqual([0, 255]);
  await settings.getByLabel('Hairs', { exact: true }).fill('0');
  await expect(settings.getByText('The settings have changed since.')).toBeVisible();
  await expect(settings.getByLabel('Schedule')).toHaveValue('cosine');
  await settings.getByLabel('Warm-up epochs').fill('1');
  await clean(page, 'recipe and augmentation');

  await page.getByLabel('Notify me when the run ends').check();
  await train(page);
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { told: string[] }).told))
    .toEqual(['Training has ended', expect.stringMatching(/^4 epochs, best validation Dice 0\.\d{3}$/)]);
  const { config, epochs } = await exportedReport(page);
  expect(config).toMatchObject({ schedule: 'cosine', average: 0.9, tversky: 0.6, rotate: 45, hairs: 0, warmup: 1 });
  const rates = epochs.map(({ learningRate }: { learningRate: number }) => learningRate / 0.01);
  const cosine = [1, 2, 3, 4].map(epoch => Math.min(1, epoch / 2) * (1 + Math.cos((Math.PI * (epoch - 1)) / 4)) * 0.5);
  rates.forEach((rate: number, i: number) => {
    expect(rate).toBeCloseTo(cosine[i] ?? Number.NaN, 10);
  });
});

test('@long a sweep trains and tests every combination, and keeps them as runs, of which six are compared', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=1&demo=30');
  await useDemoData(page);
  await goPlace(page, 'Train');
  await page.getByText('Sweep: many runs over a grid').click();
  /** The place-th setting of the grid and its values. */
  const tries = async (place: number, setting: string, values: string) => {
    await page.getByLabel('Setting to try').nth(place).selectOption(setting);
    await page.getByLabel(`Values of ${setting}`).fill(values);
  };
  await tries(0, 'Learning rate', '5');
  await page.getByRole('button', { name: 'Start sweep' }).click();
  await expect(page.getByText('lr=5: it must be at most 1.')).toBeVisible();
  // The second run outlasts all that is looked at and pressed meanwhile.
  await tries(0, 'Seed', '1, 2');
  await page.getByRole('button', { name: 'Add a setting' }).click();
  await tries(1, 'Epochs', '1, 1000');
  await expect(page.getByText(/^4 runs, one after another: ≈ .+\. All else as set above\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Start sweep' }).click();
  const table = page.getByRole('table', { name: 'Runs of the sweep' });
  const rows = table.locator('tbody').getByRole('row');
  await expect(rows.nth(1)).toContainText('under way', { timeout: 60_000 });
  await expect(rows).toHaveText([/^11done/, /^11000/, /^21/, /^21000/]);
  await keptUpTo(page, 2);
  await page.getByRole('button', { name: 'Stop after this run' }).click();
  // It goes on until it is stopped itself.
  await expect(rows.nth(1)).toContainText('under way');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(rows.nth(1)).toContainText('stopped', { timeout: 60_000 });
  await expect(rows.nth(2)).toContainText('waiting');
  await expect(rows.first()).toHaveText(/^11done(best)?0\.\d{4}0\.\d{4}$/);
  await clean(page, 'sweep');
  await tries(0, 'Base filters', '1, 2');
  await tries(1, 'Seed', '11, 12, 13');
  await page.getByRole('button', { name: 'Start sweep' }).click();
  const done = (values: string) => new RegExp(`^${values}done(best)?0\\.\\d{4}0\\.\\d{4}$`);
  await expect(rows).toHaveText(['111', '112', '113', '211', '212', '213'].map(done), { timeout: 180_000 });
  // The one that validation prefers is the current model.
  await expect
    .poll(() =>
      page.evaluate(() => {
        const { sweep, model } = window.studio.store.getState();
        const best = sweep?.runs.toSorted((a, b) => (b.valDice ?? 0) - (a.valDice ?? 0))[0];
        return !sweep?.going && best?.runId === model?.keptRun;
      }),
    )
    .toBe(true);
  // The settings are what they were before.
  await expect(page.getByLabel('Base filters', { exact: true })).toHaveValue('2');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await goPlace(page, 'Models');
  await expect(runs.getByRole('rowheader')).toHaveCount(8);
  await expect(runs.locator('td[data-main]').filter({ hasText: /^0\.\d{4}$/ })).toHaveCount(7);

  // Six of them are compared, and no more.
  const ticks = runs.getByRole('checkbox', { name: /^Compare Run \d/ });
  for (const tick of (await ticks.all()).slice(0, 6)) await tick.check();
  await expect(ticks.nth(6)).toBeDisabled();
  await expect(ticks.last()).toBeDisabled();
  await expect(runs).toContainText('6 are compared at most: untick one to take another.');
  await runs.getByRole('button', { name: 'Compare 6' }).click();
  const comparison = page.getByRole('region', { name: 'Comparison of runs' });
  const differ = comparison.getByRole('table', { name: 'Settings that differ' });
  await expect(differ.getByRole('row')).toHaveText([/Settings that differ/, 'Base filters222111', 'Seed131211131211']);
  // Each has its own colour, the same in all three figures.
  for (const name of ['Dice', 'Accuracy', 'Loss']) {
    const curves = comparison.getByRole('figure', { name: `${name} of the runs` }).locator('[data-series]');
    await expect(curves).toHaveCount(12);
    const colours = await curves.evaluateAll(all =>
      all.map(one => getComputedStyle(one.querySelector('path, circle') ?? one).stroke),
    );
    expect(new Set(colours).size).toBe(6);
  }
  await comparison.getByRole('button', { name: 'Show pictures' }).click();
  const masks = comparison.getByRole('img', { name: /^Prediction \S+ of Run \d/ });
  await expect(masks).toHaveCount(3 * 6, { timeout: 60_000 });
  await clean(page, 'six runs compared');
  await ticks.first().uncheck();
  await expect(ticks.last()).toBeEnabled();
  await ticks.last().check();
  await expect(differ.getByRole('row', { name: 'Seed' })).toHaveText('Seed12111312111');
});
