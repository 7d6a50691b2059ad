// Makes the pictures in docs/pictures from the built page on demo data: npm run build && npm run pictures
// Each place at 1440 and 390 pixels, light and (where the guide shows it) dark, and a moving picture of a run. OUT names another folder.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { decode } from 'fast-png';
import gifenc from 'gifenc';
import { preview } from 'vite';
import { chromiumFlags, findChromium } from './chromium.mjs';

const { applyPalette, GIFEncoder, quantize } = gifenc;
const out = process.env.OUT ?? 'docs/pictures';
await mkdir(out, { recursive: true });
const found = await findChromium();
const server = await preview({ preview: { port: 0 } });
const { port } = server.httpServer.address();
const browser = await chromium.launch({ executablePath: found.path, args: chromiumFlags });
const address = query => `http://127.0.0.1:${port}/?${query}`;

async function open(query, options) {
  const context = await browser.newContext({
    reducedMotion: 'reduce',
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.on('pageerror', error => console.error(error.message));
  page.on('console', message => message.type() === 'error' && console.error(message.text()));
  await page.goto(address(query));
  await page.evaluate(() => window.studio.opened);
  await page.waitForTimeout(800);
  return page;
}

const goPlace = (page, name) => page.getByRole('tab', { name }).click();
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** Until `holds`, a function of the state alone. */
async function until(page, holds, seconds = 600) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await page.waitForTimeout(200))
    if (await page.evaluate(`(${holds})(window.studio.store.getState())`)) return;
  throw new Error(`not within ${seconds} s: ${holds}`);
}

async function readDemo(page) {
  await button(page, 'Use demo data').click();
  await until(page, state => state.dataset !== null && state.ingest === null);
}

await pictures();
await movingPicture();
await browser.close();
await server.close();
process.exit(0);

async function pictures() {
  const page = await open('size=64&filters=8&batch=4&epochs=8&demo=120&lr=0.002&engine=cpu');
  const picture = async (state, looks = ['1440-light', '390-light', '1440-dark']) => {
    for (const look of looks) {
      const [width, colorScheme] = look.split('-');
      await page.setViewportSize({ width: Number(width), height: width === '390' ? 844 : 900 });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(out, `${state}-${look}.png`) });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    console.log(state);
  };
  await picture('empty');
  await readDemo(page);
  await page.locator('.pair-cell[data-place="2"]').click();
  await page.waitForTimeout(1500);
  await picture('loaded');
  await goPlace(page, 'Train');
  await button(page, 'Start training').click();
  await until(page, state => state.run?.epochs.length >= 4);
  await page.evaluate(() => window.studio.commands.pause());
  await page.waitForTimeout(1500);
  await picture('training');
  await page.evaluate(() => window.studio.commands.resume());
  await until(page, state => state.run?.state === 'done');
  await goPlace(page, 'Results');
  await button(page, 'Run test split').click();
  await page.getByRole('table', { name: 'Per-image scores' }).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(7000);
  await picture('tested');
  const view = name => page.getByRole('radio', { name, exact: true }).filter({ visible: true }).check({ force: true });
  await view('Analysis');
  await page.waitForTimeout(3000);
  await picture('analysis', ['1440-light', '390-light']);
  await view('Test split');
  await button(page, 'Correct mask').click();
  await page.getByRole('region', { name: 'Mask editor' }).waitFor();
  await page.waitForTimeout(1500);
  await picture('editor', ['1440-light', '390-light']);
  await button(page, 'Back').click();

  // Images without masks: those of the demo, taken from the page.
  const images = await photosOf(page);
  await view('Outlines');
  await page.getByLabel('Images to outline').setInputFiles(images);
  await page.getByRole('table', { name: 'Outlined images' }).waitFor();
  await until(page, state => state.outlining === null);
  await page.waitForTimeout(7000);
  await picture('outlined', ['1440-light']);

  await page.evaluate(() => window.studio.commands.changeSettings({ lr: 0.0005 }));
  await page.evaluate(() => window.studio.commands.startTraining());
  await until(page, state => state.run?.state === 'done' && state.keptRuns.runs.length === 2);
  await page.evaluate(() => window.studio.commands.runTest());
  await goPlace(page, 'Models');
  await page.getByRole('table', { name: 'Kept runs' }).getByRole('rowheader').getByRole('button').first().click();
  await page.waitForTimeout(7000);
  await picture('runs', ['1440-light', '390-light']);
}

/** The training images on show, as files of another size. */
async function photosOf(page) {
  await goPlace(page, 'Train');
  const shown = await page
    .getByRole('region', { name: 'Predictions' })
    .getByAltText(/^Input /)
    .all();
  const images = [];
  for (const [place, image] of shown.slice(0, 6).entries()) {
    const url = await image.evaluate(element => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [256, 192];
      canvas.getContext('2d').drawImage(element, 0, 0, 256, 192);
      return canvas.toDataURL('image/png');
    });
    images.push({
      name: `photo-${place + 1}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(url.split(',')[1], 'base64'),
    });
  }
  await goPlace(page, 'Results');
  return images;
}

/** From the first page over a run to its test, in a window of 1280 × 800 shown at half its size again. */
async function movingPicture() {
  const page = await open('size=64&filters=8&batch=4&epochs=12&demo=120&lr=0.002&engine=cpu', {
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 0.625,
  });
  const gif = GIFEncoder();
  const frame = async (delay = 500) => {
    const { data, width, height, channels } = decode(await page.screenshot());
    const rgba = channels === 4 ? data : withAlpha(data);
    const palette = quantize(rgba, 128);
    gif.writeFrame(applyPalette(rgba, palette), width, height, { palette, delay });
  };
  await frame(1500);
  await readDemo(page);
  await page.waitForTimeout(1500);
  await frame(1500);
  await goPlace(page, 'Train');
  await button(page, 'Start training').click();
  for (let epochs = 1; epochs <= 12; epochs++) {
    await until(page, `state => state.run?.epochs.length >= ${epochs}`);
    await page.waitForTimeout(1000);
    await frame();
  }
  await until(page, state => state.run?.state === 'done');
  await goPlace(page, 'Results');
  await button(page, 'Run test split').click();
  await page.getByRole('table', { name: 'Per-image scores' }).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(7000);
  await frame(3000);
  gif.finish();
  await writeFile(join(out, 'run.gif'), gif.bytes());
  console.log(`run.gif, ${(gif.bytes().length / 1e6).toFixed(2)} MB`);
}

function withAlpha(rgb) {
  const rgba = new Uint8Array((rgb.length / 3) * 4);
  for (let i = 0; i < rgb.length / 3; i++) rgba.set([rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], 255], 4 * i);
  return rgba;
}
