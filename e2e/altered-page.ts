/** A page in a browser that alters what is read from a canvas. */
import { createServer } from 'node:http';
import type { Browser } from '@playwright/test';
import { expect } from './support.ts';

/**
 * The same page from a server of the test's own, whose decode worker reads other pixels back than were drawn. Playwright's routes do
 * not see the script of a worker that a worker starts.
 */
export async function alteredPage(
  browser: Browser,
  origin: string,
  /** What becomes of the four values at `i`; whether the browser has ImageDecoder. */
  { change, decoder }: { change: string; decoder: boolean },
) {
  const altered = `
    ${decoder ? '' : 'delete globalThis.ImageDecoder;'}
    const own = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
      const picture = own.apply(this, args);
      for (let i = 0; i < picture.data.length; i += 4) { ${change} }
      return picture;
    };`;
  const served = { workers: 0 };
  const server = createServer(async (request, answer) => {
    const response = await fetch(new URL(request.url ?? '/', origin));
    const body = Buffer.from(await response.arrayBuffer());
    const worker = /decode\.worker[^/]*\.js/.test(request.url ?? '');
    if (worker) served.workers++;
    for (const [name, value] of response.headers)
      if (!/^(content-length|content-encoding|transfer-encoding|connection|keep-alive)$/.test(name))
        answer.setHeader(name, value);
    answer.writeHead(response.status);
    answer.end(worker ? Buffer.concat([body, Buffer.from(altered)]) : body);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  // A context of its own: the watch over the usual page would count this server as a stray.
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const here = `http://127.0.0.1:${address.port}/`;
  const wrong: string[] = [];
  page.on('request', request => {
    if (!request.url().startsWith(here) && !/^(blob|data):/.test(request.url())) wrong.push(request.url());
  });
  page.on('pageerror', error => wrong.push(error.message));
  await page.goto(`${here}?size=32`);
  const close = async () => {
    await context.close();
    server.close();
    expect(served.workers).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  };
  return { page, close };
}
