import { expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { noise, relativeError, runKernels, slot } from '../../testing/kernels.ts';
import { adamDispatch, clipDispatches } from './adam.ts';
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

for (const [clip, lossScale] of [
  [0.5, 4],
  [100, 1],
] as const)
  gpuTest(
    `clipping to ${clip}, weight decay and the moving average, gradients scaled by ${lossScale}`,
    async ({ device }) => {
      const [count, kernels] = [301, 120];
      const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
      const [w, m, g, mean] = [noise(count, 1), noise(count, 2), noise(count, 4), noise(count, 5)];
      const v = noise(count, 3).map(x => Math.fround(x * x));
      const [weightDecay, learningRate, averageKeep] = [0.2, 0.01, 0.75];
      const slots = {
        gradients: slot('gradients', count),
        weights: slot('weights', count),
        first: slot('first', count),
        second: slot('second', count),
      };
      const average = slot('average', count);
      const factor = slot('factor', 1);
      const [weights, averaged] = await runKernels(
        device,
        [
          ...clipDispatches(slots.gradients, { count, clip }, factor, bytes => slot('scratch', bytes / 4)),
          adamDispatch({ slots, count, kernels, l2: 0, weightDecay, clip: factor, average, ...constants }),
        ],
        new Map([
          [slots.gradients, Float32Array.from(g, x => x * lossScale)],
          [slots.weights, Float32Array.from(w)],
          [slots.first, Float32Array.from(m)],
          [slots.second, Float32Array.from(v)],
          [average, Float32Array.from(mean)],
        ]),
        [slots.weights, average],
        { learningRate, step: 7, seed: 0, dropout: false, lossScale, averageKeep, ...constants },
      );
      const length = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
      expect(length).toBeGreaterThan(0.5);
      expect(length).toBeLessThan(100);
      const lost = w.map((x, i) => (i < kernels ? learningRate * weightDecay * x : 0));
      adam(
        w,
        m,
        v,
        g.map(x => x * Math.min(1, clip / length)),
        { learningRate, step: 7, ...constants },
      );
      const expected = w.map((x, i) => x - lost[i]!);
      expect(relativeError(weights!.subarray(0, count), expected)).toBeLessThan(1e-6);
      const kept = mean.map((x, i) => averageKeep * x + (1 - averageKeep) * expected[i]!);
      expect(relativeError(averaged!.subarray(0, count), kept)).toBeLessThan(1e-6);
    },
  );
