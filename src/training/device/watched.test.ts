import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { watched } from './watched.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const batch = { images: new Uint8Array(), masks: new Uint8Array() };
const settings = { learningRate: 1, step: 1, seed: 1 };
const result = { loss: 1, dice: new Float32Array(), accuracy: new Float32Array() };

/** An engine whose steps take as long as they are told to. */
function slow() {
  let next = 0;
  const step = () => new Promise(resolve => setTimeout(() => resolve(result), next));
  const engine = watched({ step } as unknown as Engine, { first: 100, least: 10, times: 5 });
  return async (milliseconds: number) => {
    next = milliseconds;
    const answer = engine.step(batch, settings).then(
      () => 'answered',
      error => error.code,
    );
    await vi.advanceTimersByTimeAsync(milliseconds + 1);
    return answer;
  };
}

test('the first answer may take long, later ones by what they took so far', async () => {
  const step = slow();
  expect(await step(90_000)).toBe('answered');
  // 5 × 90 s.
  expect(await step(440_000)).toBe('answered');
  expect(await step(3_000_000)).toBe('device-hung');
});

test('a quick engine is given the least time', async () => {
  const step = slow();
  expect(await step(20)).toBe('answered');
  expect(await step(9000)).toBe('answered');
  const other = slow();
  await other(20);
  expect(await other(11_000)).toBe('device-hung');
});

test('what is open when the engine is disposed, and what is asked later, is rejected', async () => {
  let disposed = 0;
  const never = { step: () => new Promise(() => {}), dispose: () => disposed++ } as unknown as Engine;
  const engine = watched(never);
  const open = engine.step(batch, settings);
  engine.dispose();
  await expect(open).rejects.toThrow('disposed');
  await expect(engine.step(batch, settings)).rejects.toThrow('disposed');
  expect([disposed, vi.getTimerCount()]).toEqual([1, 0]);
});

test('an error of the engine comes through as it is, and no timer is left', async () => {
  const failing = { step: () => Promise.reject(new Error('lost')) } as unknown as Engine;
  await expect(watched(failing).step(batch, settings)).rejects.toThrow('lost');
  expect(vi.getTimerCount()).toBe(0);
});

test('all that is asked reaches the engine', async () => {
  const asked: unknown[] = [];
  const taking = {
    predict: async (...args: unknown[]) => {
      asked.push(...args);
      return new Float32Array();
    },
  } as unknown as Engine;
  const [images, features] = [new Uint8Array(3), new Float32Array(5)];
  await watched(taking).predict(images, 1, features);
  expect(asked).toEqual([images, 1, features]);
});
