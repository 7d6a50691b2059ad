import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { dot, embed, extract, noise, relativeError, runKernels, tensor } from '../../testing/kernels.ts';
import { maxPoolDispatch, maxPoolGradientDispatch } from './max-pool.ts';
import { maxPool, maxPoolGradient } from './reference.ts';

failOnGpuErrors();

test('reference: a tie goes to the first in row order, and the gradient is the adjoint at the winners', () => {
  expect([...maxPool(1, 2, 1, Float64Array.of(1, 3, 3, 2))]).toEqual([3]);
  expect([...maxPoolGradient(1, 2, 1, Float64Array.of(1, 3, 3, 2), Float64Array.of(5))]).toEqual([0, 5, 0, 0]);
  const [x, g] = [noise(2 * 36 * 3, 1), noise(2 * 9 * 3, 2)];
  expect(dot(maxPool(2, 6, 3, x), g)).toBeCloseTo(dot(x, maxPoolGradient(2, 6, 3, x, g)), 10);
});

for (const [batch, side, channels] of [
  [1, 2, 1],
  [2, 6, 3],
  [3, 10, 5],
] as const)
  gpuTest(`maximum and gradient, with ties: ${batch}×${side}²×${channels}`, async ({ device }) => {
    // Whole numbers from −2 to 2 tie often.
    const x = noise(batch * side * side * channels, 1).map(v => Math.round(v));
    const g = noise(x.length / 4, 2);
    const base = noise(x.length, 3);
    const input = tensor('input', batch, side, channels, 0, 2);
    const output = tensor('output', batch, side / 2, channels, 1, 1);
    const gradient = tensor('gradient', batch, side / 2, channels, 2, 0);
    for (const accumulate of [false, true]) {
      const result = tensor('result', batch, side, channels, 1, 0);
      const [y, dx] = await runKernels(
        device,
        [maxPoolDispatch('pool', input, output), maxPoolGradientDispatch('pool', input, gradient, result, accumulate)],
        new Map([
          [input.slot, embed(input, x)],
          [output.slot, embed(output, [])],
          [gradient.slot, embed(gradient, g)],
          [result.slot, embed(result, base)],
        ]),
        [output.slot, result.slot],
      );
      const expected = maxPoolGradient(batch, side, channels, x, g).map((v, i) => v + (accumulate ? base[i]! : 0));
      expect(extract(output, y!)).toEqual(Float32Array.from(maxPool(batch, side, channels, x)));
      expect(relativeError(extract(result, dx!), expected)).toBeLessThan(1e-6);
    }
  });
