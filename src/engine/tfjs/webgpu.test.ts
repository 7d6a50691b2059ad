import { beforeAll, describe, expect } from 'vitest';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../testing/gpu.ts';
import { tinySettings, worstError } from '../../testing/tiny-problem.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import { createTfjsEngine } from './engine.ts';

failOnGpuErrors();

/** tfjs only looks whether it is there: the device is given. */
beforeAll(() =>
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {}, userAgent: 'Node' }, configurable: true }),
);

describe('on WebGPU', () => {
  for (const [arch, test] of [
    ['improved-unet', longGpuTest],
    ['basic-unet', gpuTest],
  ] as const)
    test(`${arch}: loss, gradients and dropout are the cpu backend's`, async ({ device, info }) => {
      const settings = tinySettings(arch, { dropout: true, crossEntropy: 0.5 });
      const batch = testBatch(settings.batch, settings.size);
      const step = { learningRate: 1e-3, step: 3, seed: 0xfedcba98 };
      const results = [];
      for (const backend of [{ kind: 'cpu' }, { kind: 'webgpu', device, info }] as const) {
        const engine = await createTfjsEngine(backend, settings);
        await engine.writeWeights(testWeights(settings.network));
        results.push({
          ...(await engine.gradients(batch, step)),
          // Once is enough: Adam is the same for every network, and its shaders take long to compile on a CPU.
          stepped: arch === 'improved-unet' ? await engine.step(batch, step) : undefined,
          weights: await engine.readWeights(),
        });
        engine.dispose();
      }
      const [cpu, gpu] = results;
      if (!cpu || !gpu) throw new Error('an engine is missing');
      expect(Math.abs(gpu.loss - cpu.loss)).toBeLessThan(1e-5);
      expect(
        worstError(gpu.gradients, cpu.gradients).error,
        JSON.stringify(worstError(gpu.gradients, cpu.gradients)),
      ).toBeLessThan(1e-3);
      expect(gpu.stepped?.dice).toEqual(cpu.stepped?.dice);
      expect(worstError(gpu.weights, cpu.weights).error).toBeLessThan(1e-3);
    });
});
