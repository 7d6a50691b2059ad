import { beforeAll, describe, expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { createTfjsEngine } from './engine.ts';
import { randomBatch, randomWeights, tinySettings, worstError } from './testing-problem.ts';

failOnGpuErrors();

/** tfjs only looks whether it is there: the device is given. */
beforeAll(() =>
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {}, userAgent: 'Node' }, configurable: true }),
);

describe('on WebGPU', () => {
  for (const arch of ['improved-unet', 'basic-unet'] as const)
    gpuTest(`${arch}: loss, gradients and dropout are the cpu backend's`, async ({ device, info }) => {
      const settings = tinySettings(arch, { dropout: true, crossEntropy: 0.5 });
      const batch = randomBatch(settings.size, settings.batch);
      const step = { learningRate: 1e-3, step: 3, seed: 0xfedcba98 };
      const results = [];
      for (const backend of [{ kind: 'cpu' }, { kind: 'webgpu', device, info }] as const) {
        const engine = await createTfjsEngine(backend, settings);
        await engine.writeWeights(randomWeights(settings.network));
        results.push({
          ...(await engine.gradients(batch, step)),
          prediction: await engine.predict(batch.images, 2),
          stepped: await engine.step(batch, step),
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
      expect(Math.max(...gpu.prediction.map((p, i) => Math.abs(p - (cpu.prediction[i] ?? 0))))).toBeLessThan(1e-4);
      expect([...gpu.stepped.dice]).toEqual([...cpu.stepped.dice]);
    });
});
