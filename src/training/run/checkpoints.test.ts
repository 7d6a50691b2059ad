/** The list of unfinished runs: what it offers, and what it removes. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { EpochRecord } from '../../protocol/run.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import { openStore, type Store } from '../../store/store.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { storeKinds } from '../../testing/stores.ts';
import { runStore } from './checkpoints.ts';

vi.mock(import('../../store/store.ts'), async original => ({ ...(await original()), openStore: vi.fn() }));

let store: Store;
beforeEach(() => {
  store = storeKinds[0]!.make().open('training');
  vi.mocked(openStore).mockImplementation(async () => store);
});

const none = new Map<string, Float32Array>();
const split = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: [0], validation: [1], test: [] };

/** Leaves a run behind. */
async function leave(runId: string, savedAt: number, stopped?: true): Promise<void> {
  const record = await runStore.open(runId);
  const checkpoint: Checkpoint = {
    ...{ run: { runId, settings: defaultSettings, dataset: datasetOf(['A', 'B']), split }, savedAt },
    ...{ epochs: [] as EpochRecord[], bestEpoch: null, best: none, masks: [], weights: none },
    ...(stopped ? { stopped } : {}),
    optimizer: { step: 1, first: none, second: none },
    partial: { step: 1, seconds: 1, ...{ loss: zero, dice: zero, accuracy: zero } },
  };
  await record.save(checkpoint);
  record.release();
}

const zero = { sum: 0, count: 1 };
const offered = async () => (await runStore.unfinished()).runs.map(({ run, stopped }) => [run.runId, stopped]);
const folders = async () => (await store.root.folder('runs').list()).sort();

test('of stopped runs only the newest is kept; interrupted ones all are', async () => {
  await leave('stopped first', 1, true);
  await leave('cut', 2);
  await leave('stopped last', 3, true);
  await leave('cut too', 4);
  expect(await offered()).toEqual([
    ['cut too', false],
    ['stopped last', true],
    ['cut', false],
  ]);
  expect(await folders()).toEqual(['cut', 'cut too', 'stopped last']);
});

test('an older stopped run that is going on meanwhile stays', async () => {
  await leave('older', 1, true);
  const goesOn = await runStore.open('older');
  await leave('newer', 2, true);
  expect(await offered()).toEqual([['newer', true]]);
  goesOn.release();
  expect(await folders()).toEqual(['newer', 'older']);
});

test('a discarded run is offered no more, comes back while nothing was tidied up, and then no more', async () => {
  await leave('a', 1);
  await leave('b', 2, true);
  await runStore.discard('a');
  expect(await offered()).toEqual([['b', true]]);
  expect((await runStore.unfinished()).unreadable).toBe(0);
  await runStore.restore('a');
  expect(await offered()).toHaveLength(2);
  await runStore.discard('a');
  await runStore.tidy();
  expect(await folders()).toEqual(['b']);
  await expect(runStore.restore('a')).rejects.toMatchObject({ code: 'dataset-missing' });
  expect(await offered()).toEqual([['b', true]]);
});

test('a discarded run that goes on in another tab is left there, and what it saves counts again', async () => {
  await leave('a', 1);
  await runStore.discard('a');
  const goesOn = await runStore.open('a');
  await runStore.tidy();
  expect(await goesOn.load()).toBeDefined();
  goesOn.release();
  await leave('a', 2);
  expect(await offered()).toEqual([['a', false]]);
});
