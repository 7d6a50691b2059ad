/** Two runs on the same test images: what may be said of their difference, and which images made it. */
import type { Page } from '@playwright/test';
import type { KeptRun } from '../src/protocol/kept-runs.ts';
import { keepRuns, runOf } from './run-records.ts';
import { clean, expect, goPlace, openStudio, runTest, test, train, useDemoData } from './support.ts';
import { longestWhile } from './tasks.ts';

const result = { threshold: 0.5, meanDice: 0, medianDice: 0, minDice: 0, shareBelow08: 0, meanJaccard: 0 };
const others = { meanThresholdedJaccard: 0, sensitivity: 0, specificity: 0, accuracy: 0 };

/** A test of `count` images that are `better` than the first run's by a little less or more each. */
function testOf(count: number, better: number): KeptRun['test'] {
  const images = Array.from({ length: count }, (_, i) => ({
    ...{ id: `LONG_${String(i).padStart(4, '0')}`, jaccard: 0.5, sensitivity: 0.5, specificity: 0.5, accuracy: 0.5 },
    dice: 0.4 + (0.4 * ((i * 7919) % count)) / count + better * (1 + (i % 5)),
  }));
  const meanDice = images.reduce((sum, { dice }) => sum + dice, 0) / count;
  return { ...result, ...others, meanDice, images };
}

/** Ticks both runs and compares them. */
async function compare(page: Page): Promise<void> {
  await goPlace(page, 'Models');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  const ticks = runs.getByRole('checkbox');
  await expect(ticks).toHaveCount(2);
  for (const tick of await ticks.all()) await tick.check();
  await runs.getByRole('button', { name: 'Compare 2' }).click();
}

test('@long a thousand images are compared without holding the page up', async ({ page, browser }) => {
  await keepRuns(page, [
    runOf(0, { test: testOf(1000, 0) }),
    runOf(1, { test: testOf(1000, 0.01), settings: { ...runOf(0).settings, seed: 2 } }),
  ]);
  const paired = page.getByRole('region', { name: 'Image by image' });
  const shown = async () => {
    await compare(page);
    await expect(paired).toContainText('< 0.001');
  };
  // With a trace, which is for the long checks.
  if (process.env.LONG) expect(await longestWhile(browser, page, shown), 'ms of the longest task').toBeLessThan(50);
  else await shown();
  await expect(paired.getByRole('status').first()).toHaveText(
    /^On these 1000 images the mean Dice of Run 2: made up is higher\.$/,
  );
  const slider = paired.getByRole('slider', { name: 'Images by change, the largest first' });
  await expect(slider).toHaveAttribute('aria-valuemax', '1000');
  await slider.focus();
  const first = await slider.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowRight');
  await expect(slider).not.toHaveAttribute('aria-valuetext', first ?? '');
  await expect(paired.getByRole('table', { name: 'Images that changed most' }).getByRole('row')).toHaveCount(11);
  // Without the data set an image says why it cannot be shown.
  await page.keyboard.press('Enter');
  await expect(paired.getByRole('region', { name: /^LONG_\d+ in both runs$/ })).toContainText(
    /There is no data set yet/,
  );
  // Seeds alone differ.
  const seeds = page.getByRole('table', { name: 'Scores over seeds' });
  await expect(seeds.getByRole('row').last()).toContainText('2, seeds');
  await page.getByLabel('Join seeds').check();
  const curve = page.getByRole('figure', { name: 'Dice of the runs' });
  await expect(curve.locator('.plot-band')).toHaveCount(1);
  await clean(page, 'runs compared image by image');
});

test('runs of other data are not compared', async ({ page }) => {
  const dataset = { ...runOf(0).dataset, hash: 'other' };
  await keepRuns(page, [runOf(0, { test: testOf(30, 0) }), runOf(1, { test: testOf(30, 0.01), dataset })]);
  await compare(page);
  await expect(page.getByRole('region', { name: 'Image by image' })).toContainText('different data sets');
});

test('@long both outlines of an image: by slider, and by holding a key', async ({ page }) => {
  await openStudio(page, 'size=16&filters=2&batch=8&epochs=2&demo=30&lr=0.01');
  await useDemoData(page);
  for (const seed of ['1', '2']) {
    await goPlace(page, 'Train');
    await page.getByRole('group', { name: 'Training settings' }).getByLabel('Seed', { exact: true }).fill(seed);
    await train(page);
    await runTest(page);
    await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  }
  await compare(page);
  const paired = page.getByRole('region', { name: 'Image by image' });
  // Three images tell nothing, whatever their scores.
  await expect(paired.getByRole('status').first()).toHaveText('No difference can be told from these 3 images.');
  await paired.getByRole('table', { name: 'Images that changed most' }).getByRole('button').first().click();
  const both = paired.getByRole('region', { name: /in both runs$/ });
  const layer = both.locator('.two-layer').last();
  await expect(layer).toHaveCSS('clip-path', 'inset(0px 0px 0px 50%)', { timeout: 30_000 });
  await both.getByLabel('Border between the runs').fill('20');
  await expect(layer).toHaveCSS('clip-path', 'inset(0px 0px 0px 20%)');
  const hold = both.getByRole('button', { name: /^Hold for/ });
  await hold.last().focus();
  await page.keyboard.down('Space');
  await expect(layer).toHaveCSS('clip-path', /inset\(0(px)?( 0px 0px 0%)?\)/);
  await page.keyboard.up('Space');
  await expect(layer).toHaveCSS('clip-path', 'inset(0px 0px 0px 20%)');
  await hold.first().focus();
  await page.keyboard.down('Space');
  await expect(layer).toHaveCSS('clip-path', 'inset(0px 0px 0px 100%)');
  await page.keyboard.up('Space');
  await clean(page, 'one image in both runs');
});
