/**
 * Whatever channel a page has to another origin: a page without a policy is heard on each of them by the listener here, and this page
 * on none. WebRTC is bound by no policy, so that every test watches that it is not used (support.ts).
 */
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page, Worker } from '@playwright/test';
import { expect, openStudio, test, useDemoData, watchWebRtc } from './support.ts';

/** One path each, by which the listener knows them. */
const channels = [
  'fetch',
  'xhr',
  'beacon',
  'websocket',
  'eventsource',
  'image',
  'script',
  'style',
  'frame',
  'form',
  'audio',
  'import',
  'object',
  'embed',
  'video',
  'font',
  'background',
  'prefetch',
  'preload',
  'modulepreload',
  'ping',
];

/** The same of a worker. */
const workerChannels = ['workerfetch', 'workerxhr', 'workersocket', 'workersource', 'workerimport', 'workernested'];

/** Tries every channel; none of them is waited for. */
async function tryAll(page: Page, base: string): Promise<void> {
  await page.evaluate(async base => {
    const quietly = (attempt: () => unknown) => {
      try {
        const answer = attempt();
        if (answer instanceof Promise) answer.catch(() => {});
      } catch {
        // Refused on the spot.
      }
    };
    const add = (tag: string, attributes: Record<string, string>) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
      return element;
    };
    quietly(() => fetch(`${base}fetch`, { mode: 'no-cors' }));
    quietly(() => {
      const request = new XMLHttpRequest();
      request.open('GET', `${base}xhr`);
      request.onerror = () => {};
      request.send();
    });
    quietly(() => navigator.sendBeacon(`${base}beacon`, 'x'));
    quietly(() => new WebSocket(`${base.replace('http', 'ws')}websocket`));
    quietly(() => new EventSource(`${base}eventsource`));
    quietly(() => add('img', { src: `${base}image` }));
    quietly(() => add('script', { src: `${base}script` }));
    quietly(() => add('link', { rel: 'stylesheet', href: `${base}style` }));
    quietly(() => add('iframe', { src: `${base}frame` }));
    quietly(() => add('iframe', { name: 'hole' }));
    quietly(() => (add('form', { action: `${base}form`, target: 'hole' }) as HTMLFormElement).submit());
    quietly(() => new Audio(`${base}audio`).load());
    quietly(() => import(`${base}import`));
    quietly(() => add('object', { data: `${base}object` }));
    quietly(() => add('embed', { src: `${base}embed` }));
    quietly(() => add('video', { src: `${base}video` }));
    quietly(() => new FontFace('x', `url(${base}font)`).load());
    // By its own interface, which a policy on styles does not bind: that on images must.
    quietly(() => {
      (add('p', {}) as HTMLElement).style.backgroundImage = `url(${base}background)`;
    });
    quietly(() => add('link', { rel: 'prefetch', href: `${base}prefetch` }));
    quietly(() => add('link', { rel: 'preload', as: 'image', href: `${base}preload` }));
    quietly(() => add('link', { rel: 'modulepreload', href: `${base}modulepreload` }));
    quietly(() => add('a', { href: '#x', ping: `${base}ping` }).click());
    await new Promise(resolve => setTimeout(resolve, 1500));
  }, base);
}

const pathOf = ({ url = '' }: IncomingMessage) => /^\/(\w*)/.exec(url)?.[1] ?? url;

/** A nested worker's script must be of the page's own origin, so that it is one that asks in its turn. */
const tryWorker = (worker: Worker, base: string) =>
  worker.evaluate(async base => {
    const quietly = async (attempt: () => unknown) => {
      try {
        await attempt();
      } catch {
        // Refused.
      }
    };
    await quietly(() => fetch(`${base}workerfetch`, { mode: 'no-cors' }));
    await quietly(() => {
      const request = new XMLHttpRequest();
      request.open('GET', `${base}workerxhr`);
      request.send();
    });
    await quietly(() => new WebSocket(`${base.replace('http', 'ws')}workersocket`));
    await quietly(() => new EventSource(`${base}workersource`));
    // A function's own import: a worker of the kind that has importScripts takes that instead.
    const { importScripts } = globalThis as unknown as { importScripts?: (url: string) => void };
    await quietly(() => importScripts?.(`${base}workerimport`));
    await quietly(() => import(/* @vite-ignore */ `${base}workerimport`));
    await quietly(() => {
      const text = `fetch('${base}workernested', { mode: 'no-cors' })`;
      return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
    });
    await new Promise(resolve => setTimeout(resolve, 500));
  }, base);

test('this page is heard on no channel on which another page is', async ({ browser }) => {
  const heard = new Set<string>();
  const other = createServer((request, response) => {
    heard.add(pathOf(request));
    response.end();
  });
  other.on('upgrade', (request, socket) => {
    heard.add(pathOf(request));
    socket.destroy();
  });
  const plain = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>no policy</title><body></body>');
  });
  for (const server of [other, plain]) await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = (server: typeof other) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const control = await (await browser.newContext()).newPage();
  await control.goto(address(plain));
  await tryAll(control, address(other));
  await control.evaluate(() => new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' }))));
  await expect.poll(() => control.workers().length).toBe(1);
  await tryWorker(control.workers()[0] as Worker, address(other));
  await expect.poll(() => [...heard].sort()).toEqual([...channels, ...workerChannels].sort());
  await control.context().close();

  heard.clear();
  // A page of its own: the fixture's fails on every attempt, refused or not.
  const page = await (await browser.newContext()).newPage();
  await openStudio(page);
  await useDemoData(page);
  // The threads that try a few steps for the estimate come and go.
  const timed = () => page.evaluate(() => Object.keys(window.studio.store.getState().timings).length);
  await expect.poll(timed, { timeout: 60_000 }).toBeGreaterThan(0);
  await tryAll(page, address(other));
  const tried: string[] = [];
  for (const worker of page.workers()) {
    try {
      await tryWorker(worker, address(other));
      tried.push(/(\w+)\.worker/.exec(worker.url())?.[1] ?? worker.url());
    } catch (error) {
      // A thread that has done its work goes, and takes the question with it.
      if (page.workers().includes(worker)) throw error;
    }
  }
  expect(tried).toEqual(expect.arrayContaining(['training', 'ingest']));
  await page.waitForTimeout(500);
  expect([...heard]).toEqual([]);
  await page.context().close();
  other.close();
  plain.close();
});

test('a packet by WebRTC would be seen', async ({ browser }) => {
  const socket = createSocket('udp4');
  const packets: number[] = [];
  socket.on('message', message => packets.push(message.length));
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
  const context = await browser.newContext();
  const used: string[] = [];
  await watchWebRtc(context, () => used.push('used'));
  const control = await context.newPage();
  await control.goto('about:blank');
  await control.evaluate(async port => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
    connection.createDataChannel('x');
    await connection.setLocalDescription(await connection.createOffer());
  }, socket.address().port);
  await expect.poll(() => packets.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(used).toEqual(['used']);
  await context.close();
  socket.close();
});
