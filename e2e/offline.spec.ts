/**
 * The whole main job without a network: a plain static host under a sub-path, which sends no security headers, is closed once the page
 * was there. What the host did not say, the service worker does.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Page } from '@playwright/test';
import {
  bytesOf,
  downloadFrom,
  expect,
  exportedReport,
  goPlace,
  openHelp,
  openStudio,
  runTest,
  test,
  train,
  useDemoData,
} from './support.ts';

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
};
const QUERY = 'size=16&filters=1&batch=4&epochs=2&demo=12';

/** `edit` changes what is written in the page and in the service worker's list of files. */
async function plainHost(edit = (body: string) => body): Promise<{ server: Server; base: string }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const file = path.replace(/^\/pages\/studio\/$/, '/pages/studio/index.html').replace(/^\/pages\/studio\//, '');
    try {
      if (!path.startsWith('/pages/studio/')) throw new Error('not here');
      const bytes = await readFile(join('dist', normalize(file)));
      const body = file === 'index.html' || file === 'service-worker.js' ? edit(bytes.toString('utf8')) : bytes;
      response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pages/studio/` };
}

/** Of each of the page's workers: whether a request to another origin arrives there. */
async function workersReach(page: Page): Promise<boolean[]> {
  const heard = new Set<string>();
  const other = createServer(({ url = '' }, response) => {
    heard.add(url);
    response.end();
  });
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const reached: boolean[] = [];
  expect(page.workers().length).toBeGreaterThan(0);
  for (const [i, worker] of page.workers().entries()) {
    await worker.evaluate(url => fetch(url, { mode: 'no-cors' }).catch(() => {}), `http://127.0.0.1:${port}/${i}`);
    reached.push(heard.has(`/${i}`));
  }
  other.close();
  return reached;
}

test('@long a page that was opened once does the whole job with its server gone, under the policy', async ({
  browser,
}) => {
  const { server, base } = await plainHost();
  const context = await browser.newContext({ baseURL: base, serviceWorkers: 'allow', acceptDownloads: true });
  const page = await context.newPage();
  const missing: string[] = [];
  context.on('response', response => {
    if (response.status() >= 400) missing.push(response.url());
  });
  await openStudio(page, QUERY);
  // The workers have started, and only now: their scripts came with the policy, though the host sends none.
  await useDemoData(page);
  expect(await page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  await expect(page.getByText('no security policy')).toHaveCount(0);
  expect(await workersReach(page)).toEqual(page.workers().map(() => false));
  expect(missing).toEqual([]);
  // What the browser asks of a page that is to be installed, but for the window that is not kept after it.
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId).filter(id => id !== 'in-incognito')).toEqual([]);

  server.close();
  server.closeAllConnections();
  await expect(fetch(base)).rejects.toThrow();
  await openStudio(page, QUERY);
  await useDemoData(page);
  await train(page);
  await runTest(page);
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  expect((await exportedReport(page)).test.images).toHaveLength(2);
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click();
  await expect(page.getByRole('region', { name: 'Saved models' })).toContainText('improved-unet 16 f1');
  expect((await bytesOf(await downloadFrom(page, 'Download model'))).length).toBeGreaterThan(1000);
  const about = (await openHelp(page)).getByRole('region', { name: 'About this page' });
  await about.getByText('Licences', { exact: true }).click();
  await expect(about.getByRole('listitem')).not.toHaveCount(0);
  await context.close();
});

test('a browser without service workers is told of a host that sends no policy', async ({ browser }) => {
  const { server, base } = await plainHost();
  const context = await browser.newContext({ baseURL: base, serviceWorkers: 'block' });
  const page = await context.newPage();
  await openStudio(page, QUERY);
  await expect(page.getByText('This host sends no security policy')).toBeVisible();
  await useDemoData(page);
  // What the sentence says is true, and what the test above looks for can be seen.
  expect(await workersReach(page)).toEqual(page.workers().map(() => true));
  await context.close();
  server.close();
});

test('@long a new version takes over at the next visit, but not from under a page that is open', async ({
  browser,
}) => {
  let version = 1;
  const { server, base } = await plainHost(body =>
    body
      .replace('name="description" content="', `name="description" content="Version ${version}. `)
      .replace(/"revision":"\w+","url":"index.html"/, `"revision":"${version}","url":"index.html"`),
  );
  const context = await browser.newContext({ baseURL: base, serviceWorkers: 'allow' });
  const page = await context.newPage();
  const about = page.locator('meta[name=description]');
  await openStudio(page, QUERY);
  await useDemoData(page);
  await expect(about).toHaveAttribute('content', /^Version 1/);
  const beside = await context.newPage();
  await openStudio(beside, QUERY);

  version = 2;
  const waits = () => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting));
  await page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration())?.update()));
  await expect.poll(waits).toBe(true);
  await page.reload();
  await useDemoData(page);
  await expect(about).toHaveAttribute('content', /^Version 1/);
  await beside.close();
  // The browser counts a page that was closed among the open ones for a moment.
  await expect(async () => {
    await page.reload();
    await expect(about).toHaveAttribute('content', /^Version 2/, { timeout: 5000 });
  }).toPass();
  await useDemoData(page);
  expect(await waits()).toBe(false);
  await context.close();
  server.close();
});
