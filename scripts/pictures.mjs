// Makes the pictures in docs/pictures from the built page on demo data: npm run build && npm run pictures
// Each state at 1440 and 390 pixels, light and dark; OUT names another folder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { preview } from 'vite';
import { chromiumFlags, findChromium } from './chromium.mjs';

const out = process.env.OUT ?? 'docs/pictures';
const widths = (process.env.WIDTHS ?? '1440,390').split(',').map(Number);
await mkdir(out, { recursive: true });
const found = await findChromium();
const server = await preview({ preview: { port: 0 } });
const { port } = server.httpServer.address();
const browser = await chromium.launch({ executablePath: found.path, args: chromiumFlags });
const page = await browser.newPage({ reducedMotion: 'reduce' });
page.on('pageerror', error => console.error(error.message));
page.on('console', message => message.type() === 'error' && console.error(message.text()));

async function picture(state) {
  for (const width of widths)
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(out, `${state}-${width}-${colorScheme}.png`) });
    }
  console.log(state);
}
const button = name => page.getByRole('button', { name, exact: true });
const goPlace = name => page.getByRole('tab', { name }).click();

await page.goto(`http://127.0.0.1:${port}/?size=64&filters=4&batch=4&epochs=6&demo=100&lr=0.004`);
await page.waitForTimeout(1500);
await picture('empty');
await button('Use demo data').click();
await page.getByText(/train \d+ · validation \d+ · test \d+/).waitFor({ timeout: 120_000 });
await picture('loaded');
await goPlace('Train');
await button('Start training').click();
await page
  .getByRole('region', { name: 'Predictions' })
  .getByAltText(/^Prediction /)
  .first()
  .waitFor({ timeout: 300_000 });
await page.waitForTimeout(6000);
await button('Pause')
  .click()
  .catch(() => {});
await picture('training');
await button('Resume')
  .click()
  .catch(() => {});
await page.waitForFunction(
  () => [...document.querySelectorAll('button')].some(b => b.textContent?.trim() === 'Run test split' && !b.disabled),
  null,
  { timeout: 600_000 },
);
await goPlace('Results');
await button('Run test split').click();
await page.getByRole('table', { name: 'Per-image scores' }).waitFor({ timeout: 120_000 });
await page.getByRole('table', { name: 'Per-image scores' }).locator('tbody').getByRole('button').first().click();
await page.waitForTimeout(1500);
await picture('tested');

/** One part of the page, in its light theme. */
async function part(name, locator) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForTimeout(600);
  // In a window higher than the part: places scroll by themselves.
  const { height } = await locator.boundingBox();
  await page.setViewportSize({ width: 1440, height: Math.ceil(height) + 400 });
  await page.waitForTimeout(600);
  await locator.screenshot({ path: join(out, `${name}-1440-light.png`) });
  console.log(name);
}
// Images without masks: those that the page shows, taken from it.
await goPlace('Train');
const shown = await page
  .getByRole('region', { name: 'Predictions' })
  .getByAltText(/^Input /)
  .all();
const images = [];
for (const [place, image] of shown.entries()) {
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
await goPlace('Results');
await page.getByLabel('Images to outline').setInputFiles(images);
await page.getByRole('table', { name: 'Outlined images' }).waitFor();
await part('outlined', page.locator('.outline-panel'));
await goPlace('Train');
await page.getByLabel('Learning rate', { exact: true }).fill('0.001');
await button('Start training').click();
await goPlace('Models');
await page
  .getByRole('region', { name: 'Runs', exact: true })
  .getByRole('listitem')
  .nth(1)
  .waitFor({ timeout: 600_000 });
await page.waitForFunction(() =>
  [...document.querySelectorAll('button')].some(b => b.textContent?.trim() === 'Run test split' && !b.disabled),
);
await goPlace('Results');
await button('Run test split').click();
await goPlace('Models');
await page
  .getByRole('region', { name: 'Runs', exact: true })
  .getByText(/test Dice 0/)
  .nth(1)
  .waitFor({ timeout: 120_000 });
for (const tick of await page.getByRole('region', { name: 'Runs', exact: true }).getByRole('checkbox').all())
  await tick.check();
await button('Show pictures').click();
await page
  .getByAltText(/^Prediction \S+ of /)
  .nth(5)
  .waitFor({ timeout: 60_000 });
await part('runs', page.getByRole('region', { name: 'Runs', exact: true }));
await browser.close();
await server.close();
process.exit(0);
