/** The built page as its own server serves it: the policy on every response and in the page. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createDevServer } from 'vite';
import { securityHeaders } from '../scripts/headers.mjs';
import { expect, openStudio, test, train, useDemoData } from './support.ts';

test('every response carries the policy, worker scripts included', async ({ page, request }) => {
  const seen = new Set<string>();
  page.context().on('response', response => {
    if (response.url().startsWith('http')) seen.add(response.url());
  });
  await openStudio(page, 'size=16&filters=1&batch=4&epochs=1&demo=12');
  await useDemoData(page);
  await train(page);
  for (const worker of ['ingest.worker', 'decode.worker', 'training.worker'])
    expect([...seen].filter(url => url.includes(worker))).not.toEqual([]);
  // Asked for once more: the browser tells no headers of a nested worker's script that it had in its cache.
  seen.add(new URL('./service-worker.js', page.url()).href);
  for (const url of seen) expect((await request.get(url)).headers(), url).toMatchObject(policy);
});

const policy = Object.fromEntries(Object.entries(securityHeaders).map(([name, value]) => [name.toLowerCase(), value]));

test('so does what is not there, not changed, or no address at all', async ({ baseURL }) => {
  const { etag = '' } = Object.fromEntries((await fetch(`${baseURL}licences.js`)).headers);
  const answers = [
    await fetch(`${baseURL}assets/none.js`),
    await fetch(`${baseURL}%E0%A4%A`),
    await fetch(`${baseURL}licences.js`, { headers: { 'if-none-match': etag } }),
  ];
  expect(answers[2]?.status).toBe(304);
  for (const { headers, url } of answers) expect(Object.fromEntries(headers), url).toMatchObject(policy);
});

test('the server for developing differs in what is written into the page, and in nothing else', async () => {
  const server = await createDevServer({
    // Nothing is loaded: no packages need to be made ready.
    ...{ server: { port: 0 }, logLevel: 'error', optimizeDeps: { noDiscovery: true, include: [] } },
  });
  await server.listen();
  try {
    const address = server.resolvedUrls?.local[0] ?? '';
    const { headers } = await fetch(address);
    const said = headers.get('content-security-policy') ?? '';
    expect(said.replaceAll(" 'unsafe-inline'", '')).toBe(securityHeaders['Content-Security-Policy']);
    expect(said).not.toContain("'unsafe-eval'");
  } finally {
    await server.close();
  }
});

test('the file for static hosts says the same', async () => {
  const text = await readFile('public/_headers', 'utf8');
  const lines = Object.entries(securityHeaders).map(([name, value]) => `  ${name}: ${value}`);
  expect(text).toBe(`/*\n${lines.join('\n')}\n`);
});

test('the page says it too, for hosts that send no headers', async () => {
  const page = await readFile('dist/index.html', 'utf8');
  const said =
    /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const sent = securityHeaders['Content-Security-Policy'] ?? '';
  // Without what a policy in a page cannot say, and what only workers need.
  const own = sent.split('; ').filter(rule => !rule.startsWith('frame-ancestors'));
  expect(said.split('; ')).toEqual(own.map(rule => rule.replace(" 'wasm-unsafe-eval'", '')));
});

test('a worker may not reach another origin, and the page may not either', async ({ page }) => {
  // The detector detects: an address of this machine, but another origin.
  const other = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
  await new Promise(resolve => other.once('listening', resolve));
  let reached = 0;
  other.on('request', () => reached++);
  await openStudio(page);
  const target = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  const blocked = await page.evaluate(
    url =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    target,
  );
  expect(blocked).toBe(true);
  expect(reached).toBe(0);
  const free = await page.context().browser()?.newPage();
  await free?.goto(target);
  expect(reached).toBeGreaterThan(0);
  await free?.close();
  other.close();
});
