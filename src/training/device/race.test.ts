import { expect, test } from 'vitest';
import type { Engine, EngineSettings } from '../../engine/engine.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { mostOnCpu, race } from './race.ts';

const settings: EngineSettings = {
  ...{ network: buildNetwork('improved-unet', 8), size: 64, batch: 4 },
  ...{ crossEntropy: 0, l2: 0, dropout: true },
};

/** Engines that take a time of their own for a step, the first ten times as long, on a clock that only they move. */
function track() {
  let now = 0;
  const disposed: string[] = [];
  const opened: string[] = [];
  const engine = (name: string, stepMs: number) => async () => {
    opened.push(name);
    let first = true;
    return {
      prepare: async () => {},
      step: async () => {
        now += first ? 10 * stepMs : stepMs;
        first = false;
      },
      dispose: () => disposed.push(name),
    } as unknown as Engine;
  };
  return { engine, disposed, opened, clock: () => now };
}

test('both are timed without their first step, and thrown away', async () => {
  const { engine, clock, disposed } = track();
  const racers = { gpu: engine('gpu', 100), cpu: engine('cpu', 50), threads: 8, clock };
  const { gpu, cpu } = await race(racers, settings, 8);
  expect(gpu).toBeCloseTo(40, 6);
  expect(cpu).toBeCloseTo(80, 6);
  expect(disposed).toEqual(['gpu', 'cpu']);
});

test('the CPU is not tried where it could not come near', async () => {
  const { engine, clock, opened } = track();
  const most = mostOnCpu(settings, 8, 2);
  const racers = { gpu: engine('gpu', (4 * 1000) / (most * 1.1)), cpu: engine('cpu', 50), threads: 2, clock };
  expect((await race(racers, settings, 8)).cpu).toBeUndefined();
  expect(opened).toEqual(['gpu']);
});

test('a step of seconds is timed once', async () => {
  const { engine, clock } = track();
  const racers = { gpu: engine('gpu', 4000), cpu: engine('cpu', 2000), threads: 2, clock };
  expect(await race(racers, settings, 8)).toEqual({ gpu: 1, cpu: 2 });
  expect(clock()).toBe(44_000 + 22_000);
});

test('an engine that fails is thrown away too', async () => {
  const { engine, clock, disposed } = track();
  const failing = async () =>
    ({ ...(await engine('cpu', 1)()), prepare: () => Promise.reject(new Error('no memory')) }) as Engine;
  await expect(race({ gpu: engine('gpu', 1000), cpu: failing, threads: 8, clock }, settings, 8)).rejects.toThrow(
    'no memory',
  );
  expect(disposed).toEqual(['gpu', 'cpu']);
});
