import { expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { noise, relativeError, runKernels, slot } from '../../testing/kernels.ts';
import { adamDispatch } from './adam.ts';
import { adam } from './reference.ts';

failOnGpuErrors();

gpuTest('one update from given moments, the penalty on the first values only', async ({ device }) => {
  const [count, kernels, l2] = [301, 120, 0.05];
  const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  const [w, m, g] = [noise(count, 1), noise(count, 2), noise(count, 4)];
  const v = noise(count, 3).map(x => Math.fround(x * x));
  const slots = {
    gradients: slot('gradients', count),
    weights: slot('weights', count),
    first: slot('first', count),
    second: slot('second', count),
  };
  const [weights, first, second] = await runKernels(
    device,
    [adamDispatch({ slots, count, kernels, l2, ...constants })],
    new Map([
      [slots.gradients, Float32Array.from(g)],
      [slots.weights, Float32Array.from(w)],
      [slots.first, Float32Array.from(m)],
      [slots.second, Float32Array.from(v)],
    ]),
    [slots.weights, slots.first, slots.second],
    { learningRate: 0.01, step: 7, seed: 0, dropout: false, ...constants },
  );
  const penal = g.map((x, i) => x + (i < kernels ? 2 * l2 * w[i]! : 0));
  adam(w, m, v, penal, { learningRate: 0.01, step: 7, ...constants });
  expect(relativeError(weights!.subarray(0, count), w)).toBeLessThan(1e-6);
  expect(relativeError(first!.subarray(0, count), m)).toBeLessThan(1e-6);
  expect(relativeError(second!.subarray(0, count), v)).toBeLessThan(1e-6);
});
