import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { defaultSettings, type RunSettings } from '../../protocol/settings.ts';
import { ScriptedEngine } from '../../testing/scripted-engine.ts';
import { timeSteps } from './step-timing.ts';

const settings = { ...defaultSettings, size: 128, filters: 1, batch: 2, flips: true };

/** An engine whose clock goes on by `step` and `image` milliseconds; the first call of a kind takes `cold` more. */
function timer({ step, image, cold = 0 }: { step: number; image: number; cold?: number }) {
  let now = 0;
  const opened: number[] = [];
  const engines: ScriptedEngine[] = [];
  let predictions = 0;
  return {
    opened,
    engines,
    predictions: () => predictions,
    open: async ({ size, batch }: RunSettings): Promise<Engine> => {
      opened.push(size);
      const engine = new ScriptedEngine(batch);
      engines.push(engine);
      engine.onStep = at => {
        now += step + (at === 1 ? cold : 0);
      };
      engine.predict = async (_, count) => {
        now += image * count + (predictions++ === 0 ? cold : 0);
        return new Float32Array(0);
      };
      return engine;
    },
    close: () => {},
    clock: () => now,
  };
}

test('the first step is no measure where it is slower than the others', async () => {
  const at = timer({ step: 20, image: 5, cold: 300 });
  expect(await timeSteps(at, settings)).toEqual({
    secondsPerStep: expect.closeTo(0.02, 6),
    secondsPerImage: expect.closeTo(0.005, 6),
    scaled: false,
  });
  expect(at.opened).toEqual([128]);
  // About 400 ms of steps, each with Adam’s counter of its own.
  expect(at.engines[0]?.asked.map(({ step }) => step)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
  expect(at.engines[0]?.written.size).toBeGreaterThan(0);
  expect(at.predictions()).toBe(2);
});

test('of steps that take long one is enough', async () => {
  const at = timer({ step: 3000, image: 400 });
  expect(await timeSteps(at, settings)).toEqual({ secondsPerStep: 3, secondsPerImage: 0.4, scaled: false });
  expect(at.engines[0]?.asked).toHaveLength(1);
  expect(at.predictions()).toBe(1);
});

test('where even one takes too long, a smaller image stands for it', async () => {
  const at = timer({ step: 30, image: 5 });
  const { open } = at;
  let closed = 0;
  at.open = async wanted => {
    const engine = await open(wanted);
    // Never answers above 32².
    return wanted.size > 32 ? Object.assign(engine, { step: () => new Promise(() => {}) }) : engine;
  };
  const found = await timeSteps({ ...at, close: () => closed++, mostMs: 20 }, settings);
  expect(at.opened).toEqual([128, 64, 32]);
  expect(closed).toBe(2);
  expect(found).toEqual({
    secondsPerStep: expect.closeTo(0.03 * 16, 6),
    secondsPerImage: expect.closeTo(0.005 * 16, 6),
    scaled: true,
  });
});

test('an engine that fails is told', async () => {
  const at = timer({ step: 1, image: 1 });
  const { open } = at;
  at.open = async wanted => Object.assign(await open(wanted), { step: () => Promise.reject(new Error('gone')) });
  await expect(timeSteps(at, settings)).rejects.toThrow('gone');
});
