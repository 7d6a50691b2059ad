/** Where the page is opened from an address, a file or a profile that cannot run it as usual: one alert or none, and no offer that cannot work. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { expect, startTraining, test } from './support.ts';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

test('over http from another computer: one alert says what to do', async ({ playwright, launchOptions }) => {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    readFile(join('dist', path === '/' ? 'index.html' : path)).then(
      content => response.setHeader('content-type', types[extname(path || '.html')] ?? 'text/html').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), '--host-resolver-rules=MAP studio.example 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    const wrong: string[] = [];
    page.on('pageerror', ({ message }) => wrong.push(message));
    await page.goto(`http://studio.example:${(server.address() as AddressInfo).port}/`);
    await expect(page.getByRole('alert')).toContainText('open it over https, or from http://localhost');
    await expect(page.getByRole('button')).toHaveCount(0);
    await expect(page.getByLabel('Dataset files')).toHaveCount(0);
    expect(wrong).toEqual([]);
  } finally {
    await browser.close();
    server.close();
  }
});

test('opened as a file: one alert says how to serve it', async ({ playwright, launchOptions }) => {
  const browser = await playwright.chromium.launch(launchOptions);
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(resolve('dist/index.html')).href);
    await expect(page.getByRole('alert')).toContainText('opened as a file, which browsers do not let run');
    await expect(page.getByRole('button')).toHaveCount(0);
  } finally {
    await browser.close();
  }
});

test('where the browser lets no page keep anything, it says so and trains all the same', async ({
  baseURL,
  launchOptions,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  await mkdir(join(folder, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(folder, launchOptions);
  try {
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', ({ message }) => wrong.push(message));
    await page.goto(`${baseURL}?size=16&filters=1&batch=4&epochs=1&demo=12&engine=cpu`);
    await expect(page.getByRole('note', { name: 'Storage' })).toBeVisible();
    await page.getByRole('button', { name: 'Use demo data' }).click();
    await startTraining(page);
    await expect(page.getByText('Finished after 1 epoch')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect(wrong).toEqual([]);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});
