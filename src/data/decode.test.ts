import { expect, test, vi } from 'vitest';
import type { WorkerLike } from '../protocol/client.ts';
import { pngBytes } from '../testing/archives.ts';
import { decodePool } from './decode.ts';

/** A worker under the test's control. */
function fakeWorkers() {
  const all: (WorkerLike & { jobs: number; ended: boolean; last: number })[] = [];
  const spawn = (): WorkerLike => {
    const worker = {
      jobs: 0,
      ended: false,
      onmessage: null as WorkerLike['onmessage'],
      onerror: null as WorkerLike['onerror'],
      last: 0,
      postMessage(message: unknown) {
        worker.jobs++;
        worker.last = (message as { number: number }).number;
      },
      terminate() {
        worker.ended = true;
      },
    };
    all.push(worker);
    return worker;
  };
  const say = (n: number, data: unknown) => all[n]?.onmessage?.({ data } as MessageEvent<unknown>);
  const reply = (n: number, value: unknown) => say(n, { kind: 'reply', to: all[n]?.last, ok: true, value });
  return { all, spawn, say, reply };
}

const bytes = { image: new Uint8Array(12), mask: new Uint8Array(4), ownMask: new Uint8Array(1) };
const pixels = { kind: 'pixels', ...bytes, width: 2, height: 2 };
const PLAIN = { size: 2, framing: 'squeeze', constancy: false } as const;
const settings = { workers: 2, pixelsAtOnce: 300, secondsPerPair: 30, mostPixels: 64e6 };
const none = new AbortController().signal;
const empty = () => new ArrayBuffer(0);
const picture = () => pngBytes(10, 10, () => 0).buffer;

test('runs as many pairs as there are workers and reuses them', async () => {
  const { all, spawn, reply } = fakeWorkers();
  const pool = decodePool(spawn, settings);
  const results = [1, 2, 3].map(() => pool.decode(empty(), empty(), PLAIN, none));
  expect(all).toHaveLength(2);
  reply(0, pixels);
  await expect(results[0]).resolves.toEqual(pixels);
  expect(all.map(worker => worker.jobs)).toEqual([2, 1]);
  reply(1, { kind: 'rejected', part: 'mask', reason: 'is too dark', fault: 'values' });
  await expect(results[1]).rejects.toMatchObject({
    name: 'FileRejection',
    part: 'mask',
    reason: 'is too dark',
    fault: 'values',
  });
  reply(0, pixels);
  await results[2];
  pool.dispose();
  expect(all.every(worker => worker.ended)).toBe(true);
});

test('large pairs wait for one another', async () => {
  const { all, spawn, reply } = fakeWorkers();
  const pool = decodePool(spawn, settings);
  const first = pool.decode(picture(), picture(), PLAIN, none);
  const second = pool.decode(picture(), picture(), PLAIN, none);
  expect(all).toHaveLength(1);
  reply(0, pixels);
  await first;
  reply(0, pixels);
  await second;
  expect(all[0]?.jobs).toBe(2);
});

test('a worker that dies or takes too long is replaced, and only its pair is rejected', async () => {
  vi.useFakeTimers();
  try {
    const { all, spawn, reply } = fakeWorkers();
    const pool = decodePool(spawn, { ...settings, workers: 1 });
    const [died, slow, fine] = [1, 2, 3].map(() => pool.decode(empty(), empty(), PLAIN, none));
    all[0]?.onerror?.({ message: 'out of memory' } as ErrorEvent);
    await expect(died).rejects.toMatchObject({ reason: expect.stringContaining('out of memory') });
    expect(all).toHaveLength(2);
    vi.advanceTimersByTime(30_000);
    await expect(slow).rejects.toMatchObject({ reason: 'took more than 30 s to decode' });
    expect(all.map(worker => worker.ended)).toEqual([true, true, false]);
    reply(2, pixels);
    await expect(fine).resolves.toBeDefined();
  } finally {
    vi.useRealTimers();
  }
});

test('cancel ends waiting and running pairs alike', async () => {
  const { all, spawn } = fakeWorkers();
  const pool = decodePool(spawn, { ...settings, workers: 1 });
  const abort = new AbortController();
  const results = [1, 2].map(() => pool.decode(empty(), empty(), PLAIN, abort.signal));
  abort.abort(new Error('enough'));
  for (const result of await Promise.allSettled(results))
    expect(result).toMatchObject({ reason: { message: 'enough' } });
  expect(all[0]?.ended).toBe(true);
});

test('a worker that fails by itself, or answers with an error, rejects the pair at hand and goes on with the next', async () => {
  const { all, spawn, say, reply } = fakeWorkers();
  const pool = decodePool(spawn, { ...settings, workers: 1 });
  const error = { code: 'internal', happened: 'It broke', remedy: 'none' };
  const [first, second, third] = [1, 2, 3].map(() => pool.decode(empty(), empty(), PLAIN, none));
  say(0, { kind: 'stray', error });
  await expect(first).rejects.toMatchObject({ name: 'FileRejection', reason: 'could not be decoded (It broke)' });
  say(1, { kind: 'reply', to: all[1]?.last, ok: false, error });
  await expect(second).rejects.toMatchObject({ name: 'FileRejection', reason: 'could not be decoded (It broke)' });
  reply(1, pixels);
  await expect(third).resolves.toEqual(pixels);
  expect(all.map(({ ended }) => ended)).toEqual([true, false]);
});

test('an answer of no known form is no fault of the files', async () => {
  const { spawn, reply } = fakeWorkers();
  const pool = decodePool(spawn, settings);
  const decoded = pool.decode(empty(), empty(), PLAIN, none);
  reply(0, { kind: 'pixels' });
  await expect(decoded).rejects.not.toHaveProperty('part');
});
