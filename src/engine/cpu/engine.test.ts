import { expect, test } from 'vitest';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { testBatch, testWeights, withoutKinks } from '../../testing/weights.ts';
import type { EngineSettings } from '../engine.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { createCpuEngine } from './engine.ts';

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

async function engineOf(settings: EngineSettings) {
  const engine = createCpuEngine(settings, { threads: 0, relaxed: false });
  await engine.prepare();
  return engine;
}

for (const arch of architectures)
  for (const [size, filters, batch] of [
    [16, 2, 3],
    [32, 4, 2],
  ] as const)
    test(`gradients are the reference’s: ${arch}, ${size}², ${filters} filters, batch ${batch}`, async () => {
      const network = withoutKinks(buildNetwork(arch, filters));
      const engine = await engineOf({ network, size, batch, crossEntropy: 0.7, l2: 0, dropout: false });
      for (let seed = 1; seed <= 3; seed++) {
        // Without kinks nothing bounds the basic network's logits, and the reference divides by a probability of 0.
        const scale = arch === 'basic-unet' ? 0.6 : 1;
        const weights = new Map([...testWeights(network, seed)].map(([name, w]) => [name, w.map(v => v * scale)]));
        const images = testBatch(batch, size, seed);
        await engine.writeWeights(weights);
        const { loss } = await engine.step(images, { learningRate: 0, step: 1, seed: 1 });
        const gradients = await engine.readGradients();
        const expected = referenceStep(network, size, images, weights, { crossEntropy: 0.7, l2: 0 });
        expect(loss).toBeCloseTo(expected.loss, 5);
        const most = Math.max(...[...expected.gradients.values()].map(largest));
        const wrong = [...expected.gradients].flatMap(([name, values]) => {
          const found = gradients.get(name) ?? new Float32Array();
          const difference = largest(values.map((value, i) => value - (found[i] ?? Number.NaN)));
          const error = difference / Math.max(largest(values), most * 1e-3);
          return error < 2e-4 ? [] : [`seed ${seed}, ${name}: ${error}`];
        });
        expect(wrong).toEqual([]);
      }
      engine.dispose();
    });
