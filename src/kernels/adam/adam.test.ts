import { expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { noise, relativeError, runKernels, slot } from '../../testing/kernels.ts';
import { adamDispatch, clipDispatches, overflowDispatches } from './adam.ts';
import { adam } from './reference.ts';

failOnGpuErrors();

const joins = (trees: boolean) => ({ trees, scratch: (bytes: number) => slot('scratch', bytes / 4) });

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
          ...clipDispatches(slots.gradients, { count, clip }, factor, joins(false)),
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

gpuTest('the length of many gradients is the square root of the sum of their squares', async ({ device }) => {
  // One value, less than a workgroup, and more than one workgroup takes.
  for (const [count, trees] of [1, 200, 20_001].flatMap(count => [[count, true] as const, [count, false] as const])) {
    const gradients = slot('gradients', count);
    const factor = slot('factor', 1);
    const g = noise(count, 6);
    const length = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
    const [found] = await runKernels(
      device,
      clipDispatches(gradients, { count, clip: 1e-3 }, factor, joins(trees)),
      new Map([[gradients, Float32Array.from(g)]]),
      [factor],
      { learningRate: 0, step: 1, seed: 0, dropout: false, beta1: 0.9, beta2: 0.999 },
    );
    expect(found![0]! * length * 1e3).toBeCloseTo(1, 5);
  }
});

gpuTest('a gradient that is not finite is found wherever it stands', async ({ device }) => {
  const count = 20_001;
  const gradients = slot('gradients', count);
  const result = slot('result', 2);
  const overflow = async (bad: number, at: number, trees: boolean) => {
    const g = Float32Array.from(noise(count, 7));
    if (at >= 0) g[at] = bad;
    const dispatches = overflowDispatches(gradients, count, result, joins(trees));
    const [found] = await runKernels(device, dispatches, new Map([[gradients, g]]), [result]);
    return new Uint32Array(found!.buffer)[1];
  };
  for (const trees of [true, false]) {
    expect(await overflow(0, -1, trees)).toBe(0);
    for (const at of [0, 255, 256, 8191, 19_999, count - 1])
      for (const bad of [Number.NaN, Infinity, -Infinity])
        expect(await overflow(bad, at, trees), `${bad} at ${at}`).toBe(1);
  }
});
