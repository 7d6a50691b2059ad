/** The same bits whoever computes: this thread, or one to four of a pool; and in whichever order they draw. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { type NodeThreads, nodeThreads } from '../../testing/node-threads.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import type { EngineSettings } from '../engine.ts';
import { createCpuEngine } from './engine.ts';

let threads: NodeThreads;

beforeAll(async () => {
  threads = await nodeThreads();
}, 60_000);
afterAll(() => threads.dispose());

const network = buildNetwork('improved-unet', 4);
const settings: EngineSettings = {
  ...{ network, size: 32, batch: 2, crossEntropy: 0.5, l2: 1e-4, dropout: true },
  ...{ clip: 1, average: 0.99, weightDecay: 1e-3 },
};

async function fewSteps(count: number) {
  const startThread = (name: string) => threads.start(name);
  const engine = createCpuEngine(settings, { threads: count, relaxed: false, startThread });
  await engine.prepare();
  await engine.writeWeights(testWeights(network));
  const losses: number[] = [];
  // Asked for without waiting, as the training loop does.
  const steps = Array.from({ length: 3 }, (_, i) =>
    engine.step(testBatch(2, 32, i + 1), { learningRate: 1e-3, step: i + 1, seed: 3 }),
  );
  for (const step of steps) losses.push((await step).loss);
  const predicted = await engine.predict(testBatch(3, 32, 9).images, 3);
  const result = { losses, predicted, weights: await engine.readWeights(), optimizer: await engine.readOptimizer() };
  engine.dispose();
  return result;
}

test('three steps and a prediction have the same bits on 1, 2, 3 and 4 threads as in one alone', async () => {
  const alone = await fewSteps(0);
  expect(alone.losses.every(Number.isFinite)).toBe(true);
  expect(alone.losses[2]).toBeLessThan(alone.losses[0]!);
  for (const count of [1, 2, 3, 4]) expect(await fewSteps(count), `${count} threads`).toEqual(alone);
  // Ten threads start in turn, each compiling anew: seconds on quiet cores, a minute on busy ones.
}, 240_000);

test('the memory of an engine is told beforehand, and stays what it is', async () => {
  const { cpuPlanBytes } = await import('./engine.ts');
  const engine = createCpuEngine(settings, { threads: 0, relaxed: false });
  expect(engine.memory().gpuBytes).toBe(0);
  await engine.prepare();
  expect(engine.memory().gpuBytes).toBe(cpuPlanBytes(settings, 1));
  await engine.writeWeights(testWeights(network));
  await engine.step(testBatch(2, 32), { learningRate: 1e-3, step: 1, seed: 1 });
  expect(engine.memory().gpuBytes).toBe(cpuPlanBytes(settings, 1));
  engine.dispose();
  await expect(engine.readWeights()).rejects.toThrow('disposed');
});
