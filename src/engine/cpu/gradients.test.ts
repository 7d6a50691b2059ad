/**
 * The CPU engine's gradients against the double-precision reference, for all networks and losses. At 256² with 16 filters the reference takes
 * minutes: that is among the long checks (npm run test:soak).
 */
import { expect, test } from 'vitest';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { testBatch, testWeights, withoutKinks } from '../../testing/weights.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { createCpuEngine } from './engine.ts';

const losses = {
  'soft Dice': { crossEntropy: 0 },
  'with cross-entropy': { crossEntropy: 0.7 },
  'focal, weighted towards missed lesion': { crossEntropy: 0.5, focal: 1.5, tversky: 0.7 },
};
const long = process.env.LONG !== undefined;
const sizes = long
  ? ([
      [256, 16],
      [64, 4],
    ] as const)
  : ([[32, 4]] as const);

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const [size, filters] of sizes)
  for (const arch of architectures)
    for (const [name, loss] of Object.entries(losses))
      test(`${arch}, ${name}: ${size}², ${filters} filters, batch 1`, async () => {
        const network = withoutKinks(buildNetwork(arch, filters));
        const engine = createCpuEngine(
          { network, size, batch: 1, l2: 0, dropout: false, ...loss },
          { threads: 0, relaxed: false },
        );
        await engine.prepare();
        // Without kinks nothing bounds the basic network's logits, and the reference divides by a probability of 0.
        const scale = arch === 'basic-unet' ? 0.5 : 1;
        const weights = new Map([...testWeights(network)].map(([key, values]) => [key, values.map(v => v * scale)]));
        const images = testBatch(1, size);
        await engine.writeWeights(weights);
        const found = await engine.step(images, { learningRate: 0, step: 1, seed: 1 });
        const gradients = await engine.readGradients();
        engine.dispose();
        const expected = referenceStep(network, size, images, weights, { l2: 0, ...loss });
        expect(found.loss).toBeCloseTo(expected.loss, 5);
        const most = Math.max(...[...expected.gradients.values()].map(largest));
        const wrong = [...expected.gradients].flatMap(([key, values]) => {
          const ours = gradients.get(key) ?? new Float32Array();
          const error =
            largest(values.map((value, i) => value - (ours[i] ?? Number.NaN))) / Math.max(largest(values), most * 1e-3);
          return error < 2e-4 ? [] : [`${key}: ${error}`];
        });
        expect(wrong).toEqual([]);
      }, 600_000);
