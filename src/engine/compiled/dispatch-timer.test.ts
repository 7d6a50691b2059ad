import { expect, vi } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../testing/gpu.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import { createCompiledEngine } from './engine.ts';

failOnGpuErrors();
vi.setConfig({ testTimeout: 240_000 });

const network = buildNetwork('basic-unet', 2);
const settings = { network, size: 16, batch: 2, crossEntropy: 0, l2: 0, dropout: true };

async function open(device: GPUDevice) {
  const engine = createCompiledEngine(device, settings, { tuneMilliseconds: 0 });
  await engine.writeWeights(testWeights(network));
  await engine.prepare();
  const step = (step: number) => engine.step(testBatch(2, 16, step), { learningRate: 1e-3, step, seed: 5 });
  return { engine, step };
}

longGpuTest(
  'two of three steps are timed, to the same weights, and nothing is left over',
  async ({ device, features }) => {
    const [plain, timed] = [await open(device), await open(device)];
    const before = timed.engine.memory();
    expect(timed.engine.inspect().timing).toEqual({ possible: features.includes('timestamp-query'), steps: 0 });
    timed.engine.inspect(2);
    for (const { step } of [plain, timed]) {
      await step(1);
      // Under way at once: one of them is timed.
      await Promise.all([step(2), step(3)]);
    }
    const { operations, timing } = timed.engine.inspect();
    if (timing.possible) {
      expect(timing.steps).toBe(2);
      const times = operations.filter(({ part }) => part !== 'prediction').map(({ milliseconds }) => milliseconds);
      expect(times).toHaveLength(timed.engine.dispatches().length);
      for (const time of times) expect(time).toBeGreaterThanOrEqual(0);
      expect(times.reduce<number>((sum, time) => sum + (time ?? 0), 0)).toBeGreaterThan(0);
    }
    expect(operations.find(({ part }) => part === 'prediction')?.milliseconds).toBeNull();
    expect(plain.engine.inspect().operations.every(({ milliseconds }) => milliseconds === null)).toBe(true);
    expect(await timed.engine.readWeights()).toEqual(await plain.engine.readWeights());
    // Asked again, the old times go and the memory does not grow.
    timed.engine.inspect(1);
    timed.engine.inspect(1);
    expect(timed.engine.memory().buffers).toBe(before.buffers + (timing.possible ? 2 : 0));
    expect(timed.engine.inspect().timing.steps).toBe(0);
    for (const { engine } of [plain, timed]) {
      engine.dispose();
      expect(engine.memory()).toEqual({ gpuBytes: 0, buffers: 0 });
    }
  },
);

gpuTest('an engine for predictions shows its plan and times none of it', async ({ device }) => {
  const engine = createCompiledEngine(device, { ...settings, predictOnly: true }, { tuneMilliseconds: 0 });
  await engine.prepare();
  const { operations, timing } = engine.inspect(3);
  expect(timing).toEqual({ possible: false, steps: 0 });
  expect(operations.every(({ part }) => part !== 'training')).toBe(true);
  engine.dispose();
});
