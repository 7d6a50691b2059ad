/**
 * Gradients at many points, without the rectifier's kink. A value within rounding of a kink may fall on its other side in
 * single precision and then moves all gradients: by a percent in the double-precision reference too when its weights are moved
 * by 2e-7 of themselves. With slope 1 there is no kink, so agreement must not depend on the seed; the kink's own derivative is
 * tested with its kernel, and at one seed without such a value in engine.test.ts.
 */
import { expect } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { testBatch, testWeights, withoutKinks } from '../../testing/weights.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { createCompiledEngine } from './engine.ts';

failOnGpuErrors();

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

// The larger one compiles anew and says the same: among the long checks (npm run test:soak).
const sizes = [[16, 2, 3] as const, ...(process.env.LONG ? [[32, 4, 2] as const] : [])];

for (const [size, filters, batch] of sizes)
  gpuTest(
    `at every seed the gradients are the reference's: ${size}², ${filters} filters, batch ${batch}`,
    async ({ device }) => {
      const network = withoutKinks(buildNetwork('improved-unet', filters));
      const settings = { network, size, batch, crossEntropy: 0.7, l2: 0, dropout: false };
      const engine = createCompiledEngine(device, settings, { tuneMilliseconds: 0 });
      await engine.prepare();
      for (let seed = 1; seed <= 4; seed++) {
        const weights = testWeights(network, seed);
        const images = testBatch(batch, size, seed);
        await engine.writeWeights(weights);
        const { loss } = await engine.step(images, { learningRate: 0, step: 1, seed: 1 });
        const gradients = await engine.readGradients();
        const expected = referenceStep(network, size, images, weights, { crossEntropy: 0.7, l2: 0 });
        expect(loss).toBeCloseTo(expected.loss, 5);
        // Without the kink a norm undoes what the one before it scaled or shifted: the gradients of those are zero, and only
        // rounding. They are measured by the largest gradient of the network, the others by their own.
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
    },
  );
