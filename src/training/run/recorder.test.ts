import { beforeEach, expect, test, vi } from 'vitest';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { AppError } from '../../protocol/errors.ts';
import type { EpochRecord, StartRun } from '../../protocol/run.ts';
import type { RunRecord } from './checkpoints.ts';
import { Recorder } from './recorder.ts';

const run = { runId: 'r' } as StartRun;
const record = (epoch: number) => ({ epoch, valDice: epoch / 10 }) as EpochRecord;
const weights = (value: number) => new Map([['w', Float32Array.of(value)]]);
const optimizer = { step: 3, first: weights(0), second: weights(0) };

/** A store whose writes end when they are told to. */
function slowStore() {
  const saved: Checkpoint[] = [];
  const pending: { resolve(): void; reject(error: Error): void }[] = [];
  const calls: string[] = [];
  const store: RunRecord = {
    save: checkpoint => {
      saved.push(checkpoint);
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    load: async () => undefined,
    remove: async () => void calls.push('remove'),
    release: () => void calls.push('release'),
  };
  return { saved, pending, calls, store };
}

const turn = () => new Promise(resolve => setTimeout(resolve, 0));

const kept: number[] = [];
beforeEach(() => void kept.splice(0));

test('of a long run the masks of forty epochs are kept, the first, the best and the newest among them', async () => {
  const { saved, pending, store } = slowStore();
  const recorder = new Recorder(run, store, { kept: () => {}, warn: () => {} });
  for (let epoch = 1; epoch <= 100; epoch++) {
    if (epoch === 17) recorder.best(epoch, weights(1));
    recorder.epoch(record(epoch), [Uint8Array.of(1)]);
  }
  recorder.save(weights(1), optimizer);
  await turn();
  pending[0]?.resolve();
  await recorder.close(false);
  const masks = saved[0]?.masks ?? [];
  expect(masks).toHaveLength(100);
  const kept = masks.flatMap((epoch, i) => (epoch.length > 0 ? [i + 1] : []));
  expect(kept).toHaveLength(40);
  expect(kept).toEqual(expect.arrayContaining([1, 17, 100]));
});

test('is busy while it writes, and writes the whole history each time', async () => {
  const { saved, pending, calls, store } = slowStore();
  const recorder = new Recorder(run, store, { kept: epoch => kept.push(epoch), warn: () => {} });
  const mask = Uint8Array.of(1, 0);
  recorder.best(1, weights(1));
  recorder.epoch(record(1), [mask]);
  expect(recorder.busy).toBe(false);
  recorder.save(weights(1), optimizer);
  await turn();
  expect(recorder.busy).toBe(true);
  expect(kept).toEqual([]);
  // The page is given the mask's bytes: what was written must not change with them.
  mask.fill(9);
  pending[0]?.resolve();
  await turn();
  expect(recorder.busy).toBe(false);
  recorder.epoch(record(2), [Uint8Array.of(0, 0)]);
  recorder.save(weights(2), optimizer);
  await turn();
  pending[1]?.resolve();
  await recorder.close(false);
  expect(kept).toEqual([1, 2]);
  expect(calls).toEqual(['remove', 'release']);
  expect(saved.map(({ epochs, bestEpoch, best, masks }) => ({ epochs, bestEpoch, best, masks }))).toEqual([
    { epochs: [record(1)], bestEpoch: 1, best: weights(1), masks: [[Uint8Array.of(1, 0)]] },
    {
      epochs: [record(1), record(2)],
      bestEpoch: 1,
      best: weights(1),
      masks: [[Uint8Array.of(1, 0)], [Uint8Array.of(0, 0)]],
    },
  ]);
});

test('tells once that it cannot write, and goes on; a run that is kept is only released', async () => {
  const { pending, calls, store } = slowStore();
  const told: AppError[] = [];
  const recorder = new Recorder(run, store, { kept: epoch => kept.push(epoch), warn: error => told.push(error) });
  for (let i = 0; i < 2; i++) {
    recorder.save(weights(i), optimizer);
    await turn();
    pending[i]?.reject(new DOMException('full', 'QuotaExceededError'));
    await turn();
  }
  expect(told.map(({ code }) => code)).toEqual(['storage-full']);
  expect(recorder.busy).toBe(false);
  expect(kept).toEqual([]);
  await recorder.close(true);
  expect(calls).toEqual(['release']);
});

test('a write that never answers is told, and holds neither the next nor the end up for ever', async () => {
  vi.useFakeTimers();
  try {
    const { saved, pending, calls, store } = slowStore();
    const told: AppError[] = [];
    const recorder = new Recorder(run, store, { kept: epoch => kept.push(epoch), warn: error => told.push(error) });
    recorder.epoch(record(1), []);
    recorder.save(weights(1), optimizer);
    await vi.advanceTimersByTimeAsync(29_000);
    expect([recorder.busy, told.length]).toEqual([true, 0]);
    await vi.advanceTimersByTimeAsync(2000);
    expect([recorder.busy, told.length]).toEqual([false, 1]);
    recorder.epoch(record(2), []);
    recorder.save(weights(2), optimizer);
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toHaveLength(2);
    pending[1]?.resolve();
    await recorder.close(false);
    expect(kept).toEqual([2]);
    expect(calls).toEqual(['remove', 'release']);
  } finally {
    vi.useRealTimers();
  }
});
