/** Browsers without WebGPU, and hosts that send no headers: the page trains on the CPU, and says what it does. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { clean, expect, exportedReport, openStudio, runTest, test, train, useDemoData } from './support.ts';

/** A browser that knows no WebGPU. */
async function openWithoutWebgpu(launchOptions: Parameters<typeof chromium.launch>[0], baseURL: string | undefined) {
  const args = (launchOptions?.args ?? []).filter(flag => !flag.includes('webgpu'));
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...args, '--disable-features=WebGPU', '--disable-webgpu'],
  });
  // axe wants a context that it can open a page of its own in.
  const page = await (await browser.newContext(baseURL ? { baseURL } : {})).newPage();
  // Where a build of Chromium ignores the flags, the page is made to see what such a browser shows.
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
  return { browser, page } satisfies { browser: Browser; page: Page };
}

test('without WebGPU the page trains on all cores of the CPU', async ({ baseURL, launchOptions }) => {
  const { browser, page } = await openWithoutWebgpu(launchOptions, baseURL);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=2&demo=12');
  await expect(page.getByTitle(/^\d+ threads? · CPU$/)).toBeVisible();
  await clean(page, 'without WebGPU');
  await useDemoData(page);
  await train(page);
  const report = await exportedReport(page);
  expect(report.device.engine).toBe('cpu');
  expect(report.device.features).toContain('shared-memory');
  expect(report.epochs).toHaveLength(2);
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible();
  await browser.close();
});

test('@long WebGL is still there to be asked for', async ({ baseURL, launchOptions }) => {
  test.setTimeout(400_000);
  const { browser, page } = await openWithoutWebgpu(launchOptions, baseURL);
  await openStudio(page, 'arch=basic-unet&size=16&filters=1&batch=4&epochs=1&demo=10&engine=webgl');
  await expect(page.getByText(/Running on WebGL/)).toBeVisible();
  await useDemoData(page);
  await train(page, 300_000);
  const report = await exportedReport(page);
  expect(report.device.engine).toBe('webgl');
  expect(report.epochs).toHaveLength(1);
  await browser.close();
});

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

test('@long on a host without headers it trains on one thread, and names the headers that are missing', async ({
  launchOptions,
}) => {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname));
    const file = join('dist', path.endsWith('/') ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { browser, page } = await openWithoutWebgpu(launchOptions, baseURL);
  // A host without headers, and a browser without the service worker that would add them.
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined }));
  await openStudio(page, 'size=32&filters=2&batch=2&epochs=1&demo=12');
  await expect(page.getByText('Training on one CPU thread')).toBeVisible();
  await expect(page.getByText('Cross-Origin-Embedder-Policy: require-corp')).toBeVisible();
  await useDemoData(page);
  await train(page);
  const report = await exportedReport(page);
  expect(report.device.engine).toBe('cpu');
  expect(report.device.features).not.toContain('shared-memory');
  expect(report.epochs).toHaveLength(1);
  await browser.close();
  server.close();
});
