import { expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { embed, extract, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { joinedAtOnce } from '../conv/partial-sums.ts';
import { biasGradient } from '../conv/reference.ts';
import { leakyReluGradientDispatch } from '../leaky-relu/leaky-relu-gradient.ts';
import { leakyReluGradient } from '../leaky-relu/reference.ts';
import { biasGradientDispatches } from './bias-gradient.ts';

failOnGpuErrors();

for (const strips of [
  { lanes: 4, strips: 1 },
  { lanes: 8, strips: 32 },
])
  gpuTest(`leaky ReLU's gradient in place, then the bias's, ${strips.strips} strips`, async ({ device }) => {
    for (const [batch, side, channels, slope] of [
      [1, 1, 1, 0],
      [3, 5, 6, 0.01],
      [2, 9, 19, 0],
      [1, 67, 5, 0.01],
    ] as const) {
      const y = noise(batch * side * side * channels, 1);
      const g = noise(y.length, 2);
      const output = tensor('output', batch, side, channels, 1, 0);
      const gradient = tensor('gradient', batch, side, channels, 0, 2);
      const result = slot('result', 2 + channels);
      const [passed, sums] = await runKernels(
        device,
        [
          leakyReluGradientDispatch('act', output, gradient, slope),
          ...biasGradientDispatches({
            label: 'bias',
            gradient,
            result,
            to: 2,
            strips,
            partials: joinedAtOnce(bytes => slot('sums', bytes / 4)),
          }),
        ],
        new Map([
          [output.slot, embed(output, y)],
          [gradient.slot, embed(gradient, g)],
        ]),
        [gradient.slot, result],
      );
      const expected = leakyReluGradient(y, slope, g);
      expect(relativeError(extract(gradient, passed!), expected)).toBeLessThan(1e-6);
      expect(relativeError(sums!.subarray(2, 2 + channels), biasGradient(expected, channels))).toBeLessThan(1e-5);
    }
  });
