/** 10,000 pairs: loaded, split, trained on, scored and paged through, while the page stays at hand. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipBytes } from '../../src/testing/archives.ts';
import { inLesion, mask, png } from '../fixtures.ts';
import { expect, openSplit, openStudio, runTest, test, train } from '../support.ts';
import { longestWhile } from '../tasks.ts';

const PAIRS = 10_000;

/** Each is another picture, of another brightness, for images that look alike would stay in one part of the split. */
const grain = (i: number) =>
  png(16, 16, 'rgb', (x, y, c) => {
    const place = i * 1009 + x * 31 + y * 577 + c * 7919 + 1;
    const noise = (Math.imul(place ^ (place >>> 7), 2654435761) >>> 24) % 25;
    return (inLesion(x, y, 16, 16) ? 40 : 130) + (i % 100) + noise;
  });

test('10,000 pairs', async ({ page, browser }) => {
  await openStudio(page, 'size=16&filters=1&batch=64&epochs=1');
  const truth = mask(16, 16);
  const entries = Array.from({ length: PAIRS }, (_, i) => [
    { name: `in/ISIC_${i}.png`, data: grain(i), method: 'store' as const },
    { name: `in/ISIC_${i}_segmentation.png`, data: truth, method: 'store' as const },
  ]).flat();
  // From disk: a buffer would be handed to the page as text, on the page's own thread.
  const folder = await mkdtemp(join(tmpdir(), 'lesion-studio-'));
  await writeFile(join(folder, 'many.zip'), zipBytes(entries));
  await page.waitForTimeout(2000);
  const step = async (name: string, act: () => Promise<unknown>) => {
    const begin = performance.now();
    const longest = await longestWhile(browser, page, act);
    console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s, longest task ${longest.toFixed(0)} ms`);
    expect(longest, `ms of the longest task of: ${name}`).toBeLessThan(50);
  };
  const table = page.getByRole('table', { name: 'Per-image scores' });
  await step('read and split', async () => {
    await page.getByLabel('Dataset files').setInputFiles(join(folder, 'many.zip'));
    await expect(page.getByRole('region', { name: 'Dataset' })).toContainText(
      `train ${PAIRS * 0.8} · validation ${PAIRS / 10} · test ${PAIRS / 10}`,
      {
        timeout: 600_000,
      },
    );
  });
  await step('split anew', async () => {
    await openSplit(page);
    await page.getByLabel('Split seed').fill('7');
    await page.getByLabel('Split seed').press('Enter');
    await page.waitForTimeout(1000);
  });
  await train(page, 1_200_000);
  await step('test', async () => {
    await runTest(page);
    await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 600_000 });
  });
  const show = (view: string) => page.getByRole('radio', { name: view }).filter({ visible: true }).check();
  await step('analysis', async () => {
    await show('Analysis');
    const failures = page.getByRole('region', { name: 'Failures' });
    await expect(failures.getByRole('figure')).toHaveCount(PAIRS / 100);
    await expect(failures.getByRole('img')).toHaveCount(48, { timeout: 60_000 });
    await show('Test split');
  });
  await step('page through the table', async () => {
    await expect(table).toHaveAttribute('aria-rowcount', String(PAIRS / 10 + 1));
    await table.getByRole('button', { name: /ISIC/ }).first().focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press('PageDown');
    await page.keyboard.press('End');
    await expect(table.locator(`tr[aria-rowindex="${PAIRS / 10 + 1}"] button`)).toBeFocused();
    await page.keyboard.press('Home');
    expect(await table.getByRole('row').count()).toBeLessThan(100);
  });
  await step('sort', () => table.getByRole('columnheader', { name: 'Image' }).getByRole('button').click());
  await step('search', async () => {
    await page.getByLabel('Find image').fill('99');
    await page.getByLabel('Find image').fill('');
  });
  await step('another threshold', () => page.getByRole('slider', { name: 'Threshold' }).fill('40'));
  await rm(folder, { recursive: true });
});
