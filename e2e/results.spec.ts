/** What can be done with the results of a test: other thresholds, the table, the picture, the CSV. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import {
  bytesOf,
  clean,
  diceOf,
  downloadFrom,
  expect,
  exportedReport,
  goPlace,
  maskOf,
  openStudio,
  runTest,
  test,
  train,
  useDemoData,
} from './support.ts';

const table = (page: Page) => page.getByRole('table', { name: 'Per-image scores' });
const results = (page: Page) => page.getByRole('region', { name: 'Test results' });

interface Line {
  readonly id: string;
  readonly threshold: number;
  readonly dice: number;
}

async function csv(page: Page): Promise<Line[]> {
  const text = (await bytesOf(await downloadFrom(page, 'Export CSV'))).toString('utf8');
  const [head, ...lines] = text.trimEnd().split('\r\n');
  expect(head).toMatch(/^id,threshold,dice,jaccard,thresholded_jaccard,sensitivity,specificity,accuracy,precision,/);
  return lines.map(line => {
    const [id = '', threshold, dice] = line.split(',');
    return { id: id.replaceAll('"', ''), threshold: Number(threshold), dice: Number(dice) };
  });
}

const mean = (lines: readonly Line[]) => lines.reduce((sum, { dice }) => sum + dice, 0) / lines.length;
const rowIds = async (page: Page) =>
  (await table(page).getByRole('rowheader').allInnerTexts()).map(text => text.trim());

test('thresholds, sorting, search, the overlay and the CSV agree with each other and with the report', async ({
  page,
}) => {
  await openStudio(page, 'size=32&filters=2&batch=8&epochs=1&demo=80&lr=0.01');
  await useDemoData(page);
  await train(page);
  await runTest(page);
  await expect(table(page).getByRole('rowheader')).toHaveCount(8);

  const report = (await exportedReport(page)).test;
  await goPlace(page, 'Results');
  // Counted in the masks' own sizes first.
  await expect(results(page).locator('.score-value')).toHaveText(report.ownSize.meanDice.toFixed(4));
  await results(page).getByRole('radio', { name: '32 × 32' }).check();
  const atHalf = await csv(page);
  expect(atHalf).toEqual(report.images.map(({ id, dice }: Line) => ({ id, threshold: 0.5, dice })));
  expect(await rowIds(page)).toEqual(atHalf.map(({ id }) => id));
  const [low, high] = report.intervals.meanDice;
  await goPlace(page, 'Results');
  const interval = results(page).getByText('95 % interval over 8 images').locator('..');
  await expect(interval).toContainText(`${low.toFixed(3)} – ${high.toFixed(3)} · 95 % interval`);
  // The figure to beat says nothing about drawings.
  await expect(results(page).locator('.score-reference')).toHaveCount(0);
  // Each score is the report's, and says how it is counted.
  const measures = results(page).locator('dl.measures');
  const jaccards: number[] = report.images.map(({ jaccard }: { jaccard: number }) => jaccard);
  const thresholded = jaccards.reduce((sum, value) => sum + (value < 0.65 ? 0 : value), 0) / jaccards.length;
  expect(report.meanThresholdedJaccard).toBeCloseTo(thresholded, 12);
  await expect(results(page).getByText(report.meanDice.toFixed(4), { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'What the measures mean' }).click();
  const definitions = page.getByRole('dialog', { name: 'What the measures mean' });
  await expect(definitions).toContainText('2|X∩Y| / (|X|+|Y|), mean over images');
  for (const [title, value, words] of [
    ['Median Dice', report.medianDice, 'Half of the images score higher'],
    ['Lowest Dice', report.minDice, 'Dice of the worst image'],
    ['Mean Jaccard', report.meanJaccard, '|X∩Y| / |X∪Y|, mean over images'],
    ['Thresholded Jaccard', thresholded, 'An image’s Jaccard, or 0 below 0.65; mean over images: the ISIC 2018 score'],
    ['Sensitivity', report.sensitivity, '|X∩Y| / |Y|: share of the lesion found, mean over images'],
    ['Specificity', report.specificity, 'Share of the skin left alone, mean over images'],
    ['Pixel accuracy', report.accuracy, 'Share of the pixels that are right, mean over images'],
  ] as const) {
    await expect(measures.locator('> div').filter({ has: page.getByText(title, { exact: true }) })).toContainText(
      value.toFixed(4),
    );
    await expect(definitions.locator('dl > div').filter({ has: page.getByText(title, { exact: true }) })).toContainText(
      words,
    );
  }
  await expect(measures).toContainText(`${(report.shareBelow08 * 100).toFixed(1)} %`);
  await page.keyboard.press('Escape');
  await expect(definitions).toBeHidden();
  // As many images in the histogram's bars as were tested.
  const bars = results(page)
    .getByRole('figure', { name: 'Histogram of Dice' })
    .getByRole('button', { disabled: false });
  const counts = await bars.evaluateAll(all =>
    all.map(bar => Number(/: (\d+) image/.exec(bar.getAttribute('aria-label') ?? '')?.[1])),
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8);

  // The report as a page: opened from disk, with no network, the same figures and every picture whole.
  const path = await (await downloadFrom(page, 'Export HTML report')).path();
  const paper = await page.context().newPage();
  const asked: string[] = [];
  paper.on('request', request => asked.push(request.url().slice(0, 5)));
  await paper.route('**/*', route => route.fulfill({ body: html, contentType: 'text/html' }), { times: 1 });
  const html = await readFile(path, 'utf8');
  await paper.goto(`${new URL(page.url()).origin}/report.html`);
  await expect(paper.getByRole('table', { name: 'Per-image scores' }).getByRole('rowheader')).toHaveText(
    atHalf.map(({ id }) => id),
  );
  // Among the figures; a subgroup that holds all images has it too.
  await expect(paper.getByRole('definition').filter({ hasText: report.meanDice.toFixed(4) })).toBeVisible();
  const pictures = paper.getByRole('img', { name: /^(Input|Ground truth|Prediction) / });
  await expect(pictures).toHaveCount(24);
  expect(await pictures.evaluateAll(all => all.every(image => (image as HTMLImageElement).naturalWidth === 32))).toBe(
    true,
  );
  for (const name of ['Dice', 'Accuracy', 'Loss'])
    await expect(paper.getByRole('img', { name: `${name} by epoch` })).toBeVisible();
  expect((await new AxeBuilder({ page: paper }).analyze()).violations).toEqual([]);
  expect(asked.filter(to => to !== 'data:')).toHaveLength(1);
  // On A4 with its margins: nothing runs off the paper, and the three curves stand side by side.
  await paper.emulateMedia({ media: 'print' });
  await paper.setViewportSize({ width: 680, height: 1000 });
  expect(await paper.evaluate(() => document.documentElement.scrollWidth)).toBe(680);
  const tops = await paper
    .getByRole('img', { name: / by epoch$/ })
    .evaluateAll(all => all.map(one => one.getBoundingClientRect().top));
  expect(new Set(tops).size).toBe(1);
  await paper.close();

  // The first picture, at one half and then at another threshold: its mask's Dice is the row's each time.
  // The worst has opened by itself.
  await goPlace(page, 'Results');
  const { id } = atHalf[0] as Line;
  const shownDice = async () =>
    diceOf(
      await maskOf(results(page).getByAltText(`Ground truth ${id}`)),
      await maskOf(results(page).getByAltText(`Prediction ${id}`)),
    );
  await expect(results(page).getByAltText(`Overlay ${id}`)).toBeVisible();
  expect(await shownDice()).toBeCloseTo(report.images[0].dice, 9);
  const slider = page.getByRole('slider', { name: 'Threshold' });
  await slider.fill('31');
  await expect(page.getByRole('status').filter({ hasText: /^0\.31$/ })).toBeVisible();
  const lower = await csv(page);
  expect(lower.map(({ threshold }) => threshold)).toEqual(lower.map(() => 0.31));
  expect(lower.map(({ dice }) => dice)).toEqual(lower.map(({ dice }) => dice).sort((a, b) => a - b));
  expect(lower.map(({ dice }) => dice)).not.toEqual(atHalf.map(({ dice }) => dice));
  await expect(results(page).getByText(mean(lower).toFixed(4), { exact: true })).toBeVisible();
  await expect.poll(shownDice).toBeCloseTo(lower.find(line => line.id === id)?.dice ?? Number.NaN, 9);
  // The report stays at one half.
  expect((await exportedReport(page)).test).toEqual(report);
  await goPlace(page, 'Results');
  const told = /Best on validation: (0\.\d\d)/.exec(await results(page).innerText())?.[1] ?? '0.50';
  const byValidation = page.getByRole('button', { name: /^Use validation threshold/ });
  // Where no other threshold gains more than its error, one half stays, and nothing is offered.
  if (told === '0.50') await expect(byValidation).toHaveCount(0);
  else {
    await expect(byValidation).toHaveText(`Use validation threshold (${told})`);
    await byValidation.click();
    await expect(page.getByRole('status').filter({ hasText: new RegExp(`^${told}$`) })).toBeVisible();
  }
  await results(page).getByRole('button', { name: 'Reset' }).click();
  expect(await csv(page)).toEqual(atHalf);

  // By name, both ways; search; a bound on the score.
  const sorted = atHalf.map(({ id }) => id).sort();
  const byName = table(page).getByRole('columnheader', { name: 'Image' });
  await byName.getByRole('button').click();
  await expect(byName).toHaveAttribute('aria-sort', 'ascending');
  expect(await rowIds(page)).toEqual(sorted);
  await byName.getByRole('button').click();
  await expect(byName).toHaveAttribute('aria-sort', 'descending');
  expect(await rowIds(page)).toEqual([...sorted].reverse());
  await page.getByLabel('Find image').fill(id.slice(-4));
  expect(await rowIds(page)).toEqual([id]);
  await page.getByLabel('Find image').fill('no such');
  await expect(results(page)).toContainText('No image fits');
  await page.getByLabel('Find image').fill('');
  await results(page).getByRole('combobox', { name: 'Show' }).selectOption('0.5');
  await expect.poll(async () => (await rowIds(page)).length).toBe(atHalf.filter(({ dice }) => dice < 0.5).length);
  await results(page).getByRole('combobox', { name: 'Show' }).selectOption('');

  // Arrow keys open the next row.
  await table(page).getByRole('button', { name: sorted[7] }).click();
  await page.keyboard.press('ArrowDown');
  await expect(results(page).getByAltText(`Overlay ${sorted[6]}`)).toBeVisible();
  await expect(table(page).getByRole('button', { name: sorted[6] })).toBeFocused();

  // Large, by keyboard, and back to where one was.
  const enlarge = page.getByRole('button', { name: 'Enlarge' });
  await enlarge.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: sorted[6] ?? '' });
  const width = async () => (await dialog.getByAltText(/^Overlay/).boundingBox())?.width ?? 0;
  const before = await width();
  expect(before).toBeGreaterThan(300);
  await dialog.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(async () => (await width()) / before).toBeCloseTo(2, 1);
  // Panned by dragging and by keys.
  const area = dialog.getByRole('group', { name: 'Picture, scrollable' });
  const scrolled = () => area.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop] as const);
  const [left, top] = await scrolled();
  const middle = (await area.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(middle.x + middle.width / 2, middle.y + middle.height / 2);
  // The wheel stays in the dialogue, at its ends too.
  await expect(area).toHaveCSS('overscroll-behavior-y', 'contain');
  const behind = () =>
    results(page).evaluate(place => {
      let sum = document.scrollingElement?.scrollTop ?? 0;
      for (const one of [place, ...place.querySelectorAll('*')]) if (!one.closest('dialog')) sum += one.scrollTop;
      return sum;
    });
  const still = await behind();
  await page.mouse.wheel(0, 3000);
  await page.mouse.wheel(0, -6000);
  await page.waitForTimeout(200);
  expect(await behind()).toBe(still);
  await area.evaluate((element, to) => element.scrollTo(...to), [left, top] as const);
  await page.mouse.down();
  await page.mouse.move(middle.x + middle.width / 2 + 60, middle.y + middle.height / 2 + 40, { steps: 4 });
  await page.mouse.up();
  await expect.poll(scrolled).toEqual([left - 60, top - 40]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(async () => {
    await area.press('ArrowDown');
    expect((await scrolled())[1]).toBeGreaterThan(top - 40);
  }).toPass();
  await clean(page, 'an image enlarged');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(enlarge).toBeFocused();

  // The areas fade; each view shows its own.
  await results(page).getByRole('slider', { name: 'Opacity' }).fill('80');
  const areas = results(page).locator('.mark-areas');
  await expect(areas).toHaveAttribute('opacity', '0.8');
  const see = (view: string) => results(page).getByRole('radio', { name: view, exact: true }).check();
  await see('Photo');
  await expect(results(page).getByAltText(`Photo ${sorted[6]}`)).toBeVisible();
  await expect(results(page).locator('.layered-marks')).toHaveCount(0);
  await see('Probability');
  await expect(results(page).getByAltText(`Probability ${sorted[6]}`)).toBeVisible();
  await expect(areas).toHaveCount(0);
  await see('Mask');
  await expect(results(page).getByAltText(`Prediction ${sorted[6]}`)).toBeVisible();
  for (const title of ['right', 'too much', 'missed', 'prediction', 'mask'])
    await expect(results(page).getByRole('list', { name: 'Colours of the overlay' })).toContainText(title);
});
