import { expect } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { type Architecture, architectures } from '../../network/graph.ts';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import type { EngineSettings } from '../engine.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { createCompiledEngine } from './engine.ts';

failOnGpuErrors();

function settingsOf(arch: Architecture, filters: number, over: Partial<EngineSettings> = {}): EngineSettings {
  const network = buildNetwork(arch, filters);
  return { network, size: 32, batch: 2, crossEntropy: 0, l2: 0, dropout: false, ...over };
}

/** Largest |a − b| by the largest |b|. */
function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let scale = 1e-12;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(b[i]!));
  }
  return difference / scale;
}

const cases = architectures.flatMap(arch => [
  settingsOf(arch, 4, { batch: 2 }),
  settingsOf(arch, 3, { batch: 1, crossEntropy: 0.7, size: 48 }),
  settingsOf(arch, 2, { batch: 3, dropout: true, size: 16 }),
]);

for (const settings of cases) {
  const { network, size, batch: images, crossEntropy, dropout } = settings;
  const name = `${network.arch}, ${size}², batch ${images}, cross-entropy ${crossEntropy}, dropout ${dropout}`;
  gpuTest(`loss, scores and every gradient as in double precision: ${name}`, async ({ device }) => {
    const engine = createCompiledEngine(device, settings);
    const weights = testWeights(network);
    const batch = testBatch(images, size);
    await engine.writeWeights(weights);
    await engine.prepare();
    const result = await engine.step(batch, { learningRate: 0, step: 3, seed: 9 });
    const gradients = await engine.readGradients();
    const expected = referenceStep(network, size, batch, weights, {
      ...settings,
      dropout: dropout ? { seed: 9, step: 3 } : undefined,
    });
    expect(result.loss).toBeCloseTo(expected.loss, 5);
    expect(worst(result.dice, expected.dice)).toBeLessThan(1e-4);
    expect(worst(result.accuracy, expected.accuracy)).toBeLessThan(1e-4);
    const errors = [...expected.gradients].map(([key, g]) => [key, worst(gradients.get(key)!, g)] as const);
    expect(errors.filter(([, error]) => !(error < 2e-3))).toEqual([]);
    engine.dispose();
    expect(engine.memory()).toEqual({ gpuBytes: 0, buffers: 0 });
  });
}
