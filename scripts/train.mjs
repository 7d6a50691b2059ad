// Trains in the built page, headless, and writes the report (JSON and HTML), the model, the validation images' predictions and a picture
// of the page:
//   npm run build && npm run train -- --data FILE.zip --size 64 --filters 8 --batch 2 --epochs 20 --out DIR
// Every setting of the page's address can be given as --name value. --minutes N stops the run after that time.
// --sweep 'lr = 0.001, 0.0005; seed = 1, 2' trains and tests all combinations instead, as the page's Sweep does; several --sweep come
// one after another, each with the settings before it in force. --shares 0.2,0.1,0.7 sets the split, --split FILE takes one back that the
// page exported. --pretrained starts from the weights of the model that comes with the page, whose network the settings must then name.
// The flags of Chromium come from CHROMIUM_FLAGS (space-separated) where it is set: on a machine with a GPU, for example.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { chromiumFlags, findChromium } from './chromium.mjs';

const settings = [
  ...['arch', 'size', 'filters', 'batch', 'epochs', 'lr', 'decay', 'schedule', 'warmup', 'patience', 'average'],
  ...['l2', 'weightDecay', 'clip', 'crossEntropy', 'focal', 'tversky', 'half', 'seed', 'engine', 'demo'],
  ...[
    'framing',
    'constancy',
    'hard',
    'flips',
    'turns',
    'rotate',
    'zoom',
    'shift',
    'shear',
    'brightness',
    'contrast',
    'saturation',
    'hue',
    'gamma',
  ],
  ...['blur', 'noise', 'hairs'],
];
function usage(why) {
  if (why) console.error(why);
  console.error('usage: npm run train -- --data FILE.zip --out DIR [--size 64 --filters 8 --batch 2 --epochs 20 …]');
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string', multiple: true },
        out: { type: 'string' },
        minutes: { type: 'string' },
        sweep: { type: 'string', multiple: true },
        shares: { type: 'string' },
        split: { type: 'string' },
        pretrained: { type: 'boolean' },
        ...Object.fromEntries(settings.map(name => [name, { type: 'string' }])),
      },
    }).values;
  } catch (thrown) {
    return usage(thrown.message);
  }
}

const values = readArguments();
if (!values.out) usage();
const query = new URLSearchParams(settings.flatMap(name => (values[name] === undefined ? [] : [[name, values[name]]])));
const found = await findChromium();
const server = await preview({ preview: { port: 0 } });
const { port } = server.httpServer.address();
const args = process.env.CHROMIUM_FLAGS?.split(' ') ?? chromiumFlags;
const browser = await chromium.launch({ executablePath: found.path, args });
const page = await browser.newPage({ viewport: { width: 1440, height: 1200 }, acceptDownloads: true });
page.on('pageerror', error => console.error(`page error: ${error.message}`));
await page.goto(`http://127.0.0.1:${port}/?${query}`);

const hour = 3_600_000;
const seconds = () => (performance.now() / 1000).toFixed(0);
const button = name => page.getByRole('button', { name, exact: true });
const dataset = page.getByRole('region', { name: 'Dataset' });
const alert = page.getByRole('alert');
const fail = async told => {
  console.error((await told.allInnerTexts()).join(' | '));
  await browser.close();
  process.exit(1);
};
// A setting that does not fit falls back with a notice, and nobody would see here that the run is another one.
const notice = page.getByRole('status', { name: 'Notice' });
await button('Use demo data').waitFor();
if (await notice.count()) await fail(notice.getByRole('listitem'));
if (values.data) await page.getByLabel('Dataset files').setInputFiles(values.data.map(file => resolve(file)));
else await button('Use demo data').click();
const divided = dataset.getByText(/train \d+ · validation \d+ · test \d+/);
await alert.or(divided).first().waitFor({ timeout: hour });
if (await alert.count()) await fail(alert);
console.log(
  `${seconds()} s: ${(
    await dataset
      .getByText(/\d+ pairs/)
      .first()
      .innerText()
  ).trim()}`,
);

const save = async (name, file) => {
  const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
  await download.saveAs(join(values.out, file));
};
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'command.txt'), `npm run train -- ${process.argv.slice(2).join(' ')}\n`);
if (values.shares)
  for (const [i, label] of ['Train share', 'Validation share', 'Test share'].entries())
    await page.getByLabel(label, { exact: true }).fill(values.shares.split(',')[i]);
if (values.split) {
  await page.getByLabel('Import split').setInputFiles(resolve(values.split));
  await alert
    .or(dataset.getByText(/^Split as in /))
    .first()
    .waitFor();
  if (await alert.count()) await fail(alert);
  console.log(
    `${seconds()} s: ${await page
      .getByText(/^Split as in /)
      .first()
      .innerText()}`,
  );
}
if (values.sweep) {
  await page.getByText('Sweep: many runs').click();
  const results = [];
  for (const text of values.sweep) {
    await page.getByLabel('Settings to try').fill(text.replaceAll(';', '\n'));
    await button('Start sweep').click();
    const table = page.getByRole('table', { name: 'Runs of the sweep' });
    let told = '';
    while (!(await button('Start sweep').isEnabled())) {
      await page.waitForTimeout(2000);
      if (await alert.count()) console.error(`alert: ${(await alert.allInnerTexts()).join(' | ')}`);
      const rows = await table.locator('tbody tr').allInnerTexts();
      const line = rows.map(row => row.replaceAll('\t', ' ')).join(' | ');
      if (line !== told) console.log(`${seconds()} s: ${line}`);
      told = line;
    }
    const names = await table.locator('thead th').allInnerTexts();
    for (const row of await table.locator('tbody tr').all()) {
      const cells = await row.locator('td').allInnerTexts();
      results.push({ sweep: text, ...Object.fromEntries(names.map((name, i) => [name, cells[i]])) });
    }
    await writeFile(join(values.out, 'sweep.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  await browser.close();
  await server.close();
  process.exit(0);
}
if (values.pretrained) {
  await button('Load pre-trained model').click();
  await button('Train the current model on').click();
} else await button('Start training').click();
await button('Stop').and(page.locator(':enabled')).waitFor();
const end = values.minutes ? Date.now() + Number(values.minutes) * 60_000 : Number.POSITIVE_INFINITY;
let told = '';
for (;;) {
  await page.waitForTimeout(2000);
  if (await alert.count()) console.error(`alert: ${(await alert.allInnerTexts()).join(' | ')}`);
  const line = (await page.getByRole('figure', { name: 'Dice', exact: true }).innerText())
    .replace(/\s+/g, ' ')
    .slice(0, 120);
  const progress = await page.getByRole('progressbar', { name: 'Training progress' }).getAttribute('aria-valuetext');
  if (`${line}` !== told) console.log(`${seconds()} s: ${progress ?? ''} ${line}`);
  told = line;
  // All in one look: the run may end between two.
  const [tests, stops, starts] = await page.evaluate(
    names =>
      names.map(name => [...document.querySelectorAll('button:enabled')].some(one => one.textContent.trim() === name)),
    ['Run test split', 'Stop', 'Start training'],
  );
  if (tests) break;
  if (!stops && starts) {
    console.error('the run ended without a model');
    process.exit(1);
  }
  if (Date.now() > end && stops) await button('Stop').click();
}
await button('Run test split').click();
await page.getByRole('table', { name: 'Per-image scores' }).waitFor({ timeout: hour });
await save('Export report', 'report.json');
await save('Export HTML report', 'report.html');
await save('Download model', 'model.zip');
await page.getByRole('region', { name: 'Predictions' }).screenshot({ path: join(values.out, 'triptychs.png') });
await page.screenshot({ path: join(values.out, 'page.png'), fullPage: true });
console.log(`${seconds()} s: written to ${values.out}`);
await browser.close();
await server.close();
process.exit(0);
