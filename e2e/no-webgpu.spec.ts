/** Browsers without WebGPU get plain words and the WebGL engine. */
import { chromium } from '@playwright/test';
import { clean, expect, exportedReport, openStudio, test, train, useDemoData } from './support.ts';

test('the page says what is missing, and trains on WebGL', async ({ baseURL, launchOptions }) => {
  test.setTimeout(400_000);
  const args = (launchOptions.args ?? []).filter(flag => !flag.includes('webgpu'));
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...args, '--disable-features=WebGPU', '--disable-webgpu'],
  });
  // axe wants a context that it can open a page of its own in.
  const page = await (await browser.newContext({ baseURL })).newPage();
  // Where a build of Chromium ignores the flags, the page is made to see what such a browser shows.
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
  await openStudio(page, 'size=16&filters=1&batch=2&epochs=1&demo=12');
  await expect(page.getByText(/WebGPU/).first()).toBeVisible();
  await clean(page, 'without WebGPU');
  await page.getByRole('button', { name: /WebGL/ }).click();
  await useDemoData(page);
  await train(page, 300_000);
  const report = await exportedReport(page);
  expect(report.device.engine).toBe('webgl');
  expect(report.epochs).toHaveLength(1);
  await browser.close();
});
