import { expect, test, vi } from 'vitest';
import type { DeviceReport } from '../../protocol/device.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import type { EpochRecord, StartRun } from '../../protocol/run.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { memoryBook } from '../../testing/run-book.ts';
import {
  describeRun,
  dropOldWeights,
  listRuns,
  noteTest,
  RunEntry,
  readRun,
  runsWithOldWeights,
} from './run-records.ts';

const device: DeviceReport = {
  ...{ engine: 'webgpu', vendor: 'v', architecture: 'a', description: 'd' },
  ...{ features: [], fallback: false, maxBufferBytes: 1, limits: {} },
};
const split = {
  seed: 1,
  ratios: { train: 0.8, validation: 0.1, test: 0.1 },
  ...{ train: [0, 1], validation: [2], test: [3] },
};
const run = (runId = 'r'): StartRun => ({
  runId,
  settings: { ...defaultSettings, size: 32, filters: 2 },
  dataset: {
    ...{ cacheId: 'c', hash: 'h', size: 32, ...plainPreparation, ids: ['a', 'b', 'c', 'd'], groups: [0, 1, 2, 3] },
    ...{ rejected: [], skipped: 0, bytes: 0, source: 's.zip' },
  },
  split,
});
const epoch = (number: number): EpochRecord => ({
  ...{ epoch: number, learningRate: 1, loss: 1, dice: 0.5, accuracy: 0.5 },
  ...{ valLoss: 1, valDice: 0.6, valAccuracy: 0.5, seconds: 1, imagesPerSecond: 1 },
});
const result: TestResult = {
  ...{ threshold: 0.5, meanDice: 0.8, medianDice: 0.8, minDice: 0.8, shareBelow08: 0, meanJaccard: 0.7 },
  ...{ meanThresholdedJaccard: 0.7, sensitivity: 1, specificity: 1, accuracy: 1, images: [] },
};
const weights = new Map([['w', new Float32Array([1, 2])]]);

test('a run is in the book from its first epoch on, and its end and best weights with it', async () => {
  const { book, records, weights: kept } = memoryBook();
  const entry = await RunEntry.open(book, run(), device);
  await entry.settled();
  expect(records.size).toBe(0);
  entry.best(1, weights);
  entry.epoch(epoch(1));
  await entry.settled();
  expect(await readRun(book, 'r')).toMatchObject({ state: 'going', bestEpoch: 1, bytes: 8, device, test: null });
  entry.epoch(epoch(2));
  entry.end('finished');
  await entry.settled();
  const record = await readRun(book, 'r');
  expect(record).toMatchObject({ state: 'finished', name: 'Run 1: improved-unet 32 f2', dataset: { pairs: 4 } });
  expect(record.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(kept.get('r')).toEqual(weights);
});

test('a run that ends before its first epoch leaves nothing', async () => {
  const { book, records } = memoryBook();
  const entry = await RunEntry.open(book, run(), device);
  entry.best(0, weights);
  entry.end('stopped');
  await entry.settled();
  expect(records.size).toBe(0);
});

test('a run that goes on after a crash keeps its page, and goes back behind it where the checkpoint does', async () => {
  const { book } = memoryBook();
  const first = await RunEntry.open(book, run(), device);
  for (const number of [1, 2, 3]) first.epoch(epoch(number));
  await first.settled();
  await describeRun(book, 'r', ' My run ', 'a note');
  const again = await RunEntry.open(book, run(), device);
  again.epoch(epoch(3));
  again.epoch(epoch(4));
  await again.settled();
  const record = await readRun(book, 'r');
  expect(record).toMatchObject({ name: 'My run', note: 'a note' });
  expect(record.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
});

test('a name given while the run goes on stays, and training waits for no write', async () => {
  const { book, puts } = memoryBook();
  const entry = await RunEntry.open(book, run(), device);
  entry.epoch(epoch(1));
  await entry.settled();
  const before = puts.length;
  for (let number = 2; number <= 50; number++) entry.epoch(epoch(number));
  await describeRun(book, 'r', 'Named', '');
  await entry.settled();
  // Of what changes during a write only the last is written.
  expect(puts.length - before).toBeLessThan(5);
  expect(await readRun(book, 'r')).toMatchObject({ name: 'Named', note: '' });
  expect((await readRun(book, 'r')).epochs).toHaveLength(50);
});

test('a full disk is told at the end with its numbers, unless there was room again', async () => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 5e6, usage: 2e6 }) } });
  let full = true;
  const { book } = memoryBook(() => (full ? new DOMException('full', 'QuotaExceededError') : undefined));
  const entry = await RunEntry.open(book, run(), device);
  entry.best(1, new Map([['w', new Float32Array(1e6)]]));
  entry.epoch(epoch(1));
  expect(await entry.settled()).toMatchObject({
    code: 'storage-full',
    happened: expect.stringMatching(/needs 4\.0 MB .* 3\.0 MB are left/),
  });
  vi.unstubAllGlobals();
  full = false;
  entry.epoch(epoch(2));
  expect(await entry.settled()).toBeNull();
  expect((await readRun(book, 'r')).epochs).toHaveLength(2);
});

test('a test is noted where it scored what the run held out, and nowhere else', async () => {
  const { book } = memoryBook();
  const entry = await RunEntry.open(book, run(), device);
  entry.epoch(epoch(1));
  await entry.settled();
  const { dataset } = run();
  await noteTest(book, 'r', { dataset: { ...dataset, hash: 'other' }, split, result });
  await noteTest(book, 'r', { dataset, split: { ...split, seed: 2 }, result });
  await noteTest(book, 'gone', { dataset, split, result });
  expect((await readRun(book, 'r')).test).toBeNull();
  await noteTest(book, 'r', { dataset, split, result });
  expect((await readRun(book, 'r')).test).toEqual(result);
});

test('the weights of older runs can be dropped; the newest run’s, one that goes on, and all records stay', async () => {
  const { book, weights: stored } = memoryBook();
  for (const [i, id] of ['old', 'older', 'newest', 'going'].entries()) {
    const entry = await RunEntry.open(book, run(id), device);
    entry.epoch(epoch(1));
    entry.best(1, weights);
    if (id !== 'going') entry.end('finished');
    await entry.settled();
    await book.put(id, { ...(await readRun(book, id)), startedAt: i });
  }
  expect((await runsWithOldWeights(book)).map(({ id, bytes }) => [id, bytes])).toEqual([
    ['older', 8],
    ['old', 8],
  ]);
  await dropOldWeights(book);
  expect([...stored.keys()].sort()).toEqual(['going', 'newest']);
  expect(await readRun(book, 'old')).toMatchObject({ bytes: 0, epochs: [epoch(1)], bestEpoch: 1, state: 'finished' });
  expect(await runsWithOldWeights(book)).toEqual([]);
});

test('what another version wrote is counted and left as it is; bad names are refused', async () => {
  const { book, records } = memoryBook();
  const entry = await RunEntry.open(book, run(), device);
  entry.epoch(epoch(1));
  await entry.settled();
  records.set('new', { version: 2, id: 'new' });
  expect(await listRuns(book)).toMatchObject({ runs: [{ id: 'r' }], unreadable: 1 });
  await expect(describeRun(book, 'r', '  ', '')).rejects.toMatchObject({ code: 'bad-settings' });
  await expect(describeRun(book, 'new', 'x', '')).rejects.toMatchObject({ code: 'no-model' });
});
