import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { dot, embed, extract, noise, relativeError, runKernels, tensor } from '../../testing/kernels.ts';
import { upsample, upsampleGradient } from './reference.ts';
import { upsampleGradientDispatch } from './upsample-gradient.ts';

failOnGpuErrors();

test('reference: the gradient is the adjoint, for batches over 1 too', () => {
  const [x, g] = [noise(3 * 25 * 2, 1), noise(3 * 100 * 2, 2)];
  expect(dot(upsample(3, 5, 2, x), g)).toBeCloseTo(dot(x, upsampleGradient(3, 5, 2, g)), 10);
  expect([...upsample(1, 1, 2, Float64Array.of(1, 2))]).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
});

for (const [batch, side, channels] of [
  [1, 1, 1],
  [2, 3, 5],
  [3, 4, 2],
] as const)
  gpuTest(`set and added: ${batch}×${side}²×${channels}`, async ({ device }) => {
    const g = noise(batch * side * side * 4 * channels, 1);
    const base = noise(g.length / 4, 2);
    const gradient = tensor('gradient', batch, side * 2, channels, 1, 1);
    const output = tensor('output', batch, side, channels, 0, 3);
    for (const accumulate of [false, true]) {
      const [result] = await runKernels(
        device,
        [upsampleGradientDispatch('up', gradient, output, accumulate)],
        new Map([
          [gradient.slot, embed(gradient, g)],
          [output.slot, embed(output, base)],
        ]),
        [output.slot],
      );
      const expected = upsampleGradient(batch, side, channels, g).map((v, i) => v + (accumulate ? base[i]! : 0));
      expect(relativeError(extract(output, result!), expected)).toBeLessThan(1e-6);
    }
  });
