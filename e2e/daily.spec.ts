/** Small things of daily use: split files, links, presets, explanations, diagnostics, the end of a run told, a light first load. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import {
  bytesOf,
  clean,
  downloadFrom,
  expect,
  exportedReport,
  goPlace,
  openHelp,
  openStudio,
  startTraining,
  test,
  useDemoData,
} from './support.ts';

const dataset = (page: Page) => page.getByRole('region', { name: 'Dataset' });

async function importSplit(page: Page, content: string | Buffer, name = 'mine.json'): Promise<void> {
  await page
    .getByLabel('Import split')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
}

test('the first load is light', async ({ page, request }) => {
  const urls = new Set<string>();
  // Of workers as well: their requests are the context's.
  page.context().on('request', asked => urls.add(asked.url().replace(/[?#].*/, '')));
  await openStudio(page, '');
  await expect(page.getByTitle(/^\d+ threads? · CPU/)).toBeVisible();
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(
    [...urls].map(
      async url => [new URL(url).pathname, gzipSync(await (await request.get(url)).body()).length] as const,
    ),
  );
  const told = sizes.map(([path, bytes]) => `${path} ${(bytes / 1000).toFixed(1)} kB`).join('\n');
  expect(told).toContain('training.worker');
  const sum = (kind: RegExp) => sizes.filter(([path]) => kind.test(path)).reduce((sum, [, bytes]) => sum + bytes, 0);
  // The page's own, then the workers' with it, then what is neither.
  const own = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  );
  const ofPage = sizes.filter(
    ([path]) => own.includes(path) && /\.(js|css)$/.test(path) && !/worker|training-parts/.test(path),
  );
  expect(ofPage.length, told).toBeGreaterThan(10);
  expect(
    ofPage.reduce((all, [, bytes]) => all + bytes, 0),
    told,
  ).toBeLessThan(170_000);
  expect(sum(/(\.(js|css|wasm|html)|\/)$/), told).toBeLessThan(250_000);
  expect(sum(/\.woff2$/), told).toBeLessThan(50_000);
  expect(sum(/\.png$/), told).toBeLessThan(30_000);
});

test('@long split files, link, presets, explanations, diagnostics and the end of a run', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write', 'notifications']);
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    class Told {
      static requestPermission = async () => 'granted';
      constructor(title: string, { body }: { body: string }) {
        told.push(`${title}: ${body}`);
      }
    }
    Object.assign(window, { Notification: Told });
    Object.defineProperty(navigator, 'wakeLock', {
      value: {
        async request(kind: string) {
          told.push(`${kind} kept on`);
          return { released: false, release: async () => told.push(`${kind} let go`) };
        },
      },
    });
  });
  await openStudio(page, 'size=16&filters=2&batch=4&epochs=2&demo=20&seed=5&engine=compiled');
  await useDemoData(page);

  // Out, changed by hand, and in again.
  const split = JSON.parse((await bytesOf(await downloadFrom(page, 'Export split'))).toString('utf8'));
  expect(split).toMatchObject({ format: 'lesion-studio-split', version: 1, seed: 1 });
  expect([...split.train, ...split.validation, ...split.test]).toHaveLength(20);
  const bad: [string, string | Buffer, RegExp][] = [
    ['scores.csv', 'id,part\nA,train', /scores\.csv is no split file/],
    ['x.json', JSON.stringify({ ...split, test: ['<img src=x>'] }), /x\.json names <img src=x>/],
    ['x.json', JSON.stringify({ ...split, test: split.train }), /in both train and test/],
    ['x.json', JSON.stringify({ ...split, test: [split.test[0], split.test[0]] }), /in test twice/],
    ['x.json', JSON.stringify({ ...split, validation: [] }), /The part validation of x\.json is empty/],
    // Browsers read UTF-16 by its mark; here there is none.
    ['utf16.json', Buffer.from(JSON.stringify(split), 'utf16le'), /utf16\.json is no split file/],
    ['empty.json', '', /empty\.json is no split file/],
  ];
  for (const [name, content, words] of bad) {
    await importSplit(page, content, name);
    await expect(page.getByRole('alert')).toHaveCount(1);
    await expect(page.getByRole('alert')).toContainText(words);
    await page.getByRole('alert').getByRole('button').click();
    await expect(dataset(page)).toContainText('train 16 · validation 2 · test 2');
  }
  const mine = { ...split, train: split.train.slice(0, 10), test: [...split.test, ...split.train.slice(10, 14)] };
  // With the mark that some editors put before UTF-8.
  await importSplit(page, `\ufeff${JSON.stringify(mine)}`);
  await expect(dataset(page)).toContainText('train 10 · validation 2 · test 6');
  await expect(dataset(page)).toContainText('Split as in mine.json');
  await expect(page.getByText('2 pairs are in no part')).toBeVisible();

  // Settings: a link, what they mean, and whole set-ups.
  await goPlace(page, 'Train');
  const settings = page.getByRole('group', { name: 'Training settings' });
  await settings.getByRole('button', { name: 'Copy link' }).click();
  await expect(settings.getByRole('button', { name: 'Link copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  expect(page.url()).toContain('filters=2');
  const help = settings.getByRole('button', { name: 'Help' }).nth(2);
  await help.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('The paper uses 16');
  await clean(page, 'a setting explained');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(help).toBeFocused();
  await settings.getByRole('button', { name: 'Best quality' }).click();
  await expect(settings.getByText(/The largest that this GPU takes: 256², 16 base filters/)).toBeVisible();
  await expect(settings.getByRole('button', { name: 'Best quality' })).toHaveAttribute('aria-pressed', 'true');
  await settings.getByRole('button', { name: 'Paper' }).click();
  await expect(settings.getByRole('button', { name: 'Paper' })).toHaveAttribute('aria-pressed', 'true');
  await expect(settings.getByLabel('Batch size')).toHaveValue('2');
  for (const [label, value] of [
    ['Image size', '16'],
    ['Base filters', '2'],
    ['Batch size', '4'],
    ['Epochs', '2'],
  ] as const)
    await settings.getByLabel(label, { exact: true }).fill(value);

  // The run takes the split that was imported; a hidden page is told its end.
  await page.getByLabel('Notify me when the run ends').check();
  await startTraining(page);
  await expect(page).toHaveTitle(/Epoch \d|epoch \d/, { timeout: 60_000 });
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText('Finished after 2 epochs', {
    timeout: 60_000,
  });
  await expect(page).toHaveTitle(/0\.\d{3}/);
  await expect
    .poll(async () => (await page.evaluate(() => (window as unknown as { told: string[] }).told)).sort())
    .toEqual([
      expect.stringMatching(/^Training has ended: 2 epochs, best validation Dice 0\.\d{3}$/),
      'screen kept on',
      'screen let go',
    ]);
  const report = await exportedReport(page);
  expect(report.split).toMatchObject({
    file: 'mine.json',
    train: mine.train,
    validation: mine.validation,
    test: mine.test,
  });

  await (await openHelp(page)).getByText('Diagnostics', { exact: true }).click();
  await page.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(page.getByRole('button', { name: 'Diagnostics copied' })).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of [
    'Lesion Studio: ',
    'browser: Mozilla',
    '"engine":"webgpu"',
    'maxBufferBytes',
    '"maxComputeInvocationsPerWorkgroup":256',
    'bad-split',
  ])
    expect(text).toContain(part);
});
