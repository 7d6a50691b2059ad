import { expect, test } from 'vitest';
import { dropoutKeeps } from '../../random/pcg.ts';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { dot, embed, extract, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { leakyRelu, leakyReluGradient } from '../leaky-relu/reference.ts';
import { normDispatches, normGradientDispatches, normMoments, normParameterGradients } from './instance-norm.ts';
import { instanceNorm, instanceNormGradient } from './reference.ts';

failOnGpuErrors();

const EPSILON = 1e-5;

test('reference: its gradients are central differences', () => {
  const shape = { batch: 2, pixels: 6, channels: 3, epsilon: EPSILON };
  const [x, gamma, beta, g] = [noise(36, 1), noise(3, 2), noise(3, 3), noise(36, 4)];
  const gradients = instanceNormGradient(shape, x, gamma, g);
  const h = 1e-5;
  for (const [array, slope] of [
    [x, gradients.input],
    [gamma, gradients.gamma],
    [beta, gradients.beta],
  ] as const)
    array.forEach((kept, at) => {
      array[at] = kept + h;
      const up = dot(instanceNorm(shape, x, gamma, beta), g);
      array[at] = kept - h;
      const down = dot(instanceNorm(shape, x, gamma, beta), g);
      array[at] = kept;
      expect((up - down) / (2 * h)).toBeCloseTo(slope[at]!, 6);
    });
});

for (const { batch, side, channels, rate, offset } of [
  { batch: 1, side: 1, channels: 3, rate: 0, offset: 0 },
  { batch: 2, side: 5, channels: 6, rate: 0, offset: 100 },
  { batch: 3, side: 7, channels: 5, rate: 0.3, offset: 0 },
  { batch: 2, side: 8, channels: 16, rate: 0.5, offset: 3 },
  { batch: 2, side: 33, channels: 5, rate: 0.3, offset: 100 },
])
  for (const strips of [
    { lanes: 4, strips: 1 },
    { lanes: 8, strips: 16 },
  ])
    gpuTest(
      `dropout ${rate}, norm and leaky ReLU, both ways: ${batch}×${side}²×${channels}, ${strips.strips} strips`,
      async ({ device }) => {
        const slope = 0.01;
        const pixels = side * side;
        const shape = { batch, pixels, channels, epsilon: EPSILON };
        const raw = noise(batch * pixels * channels, 1).map(v => Math.fround(v + offset));
        const [gamma, beta, g, base] = [
          noise(channels, 2),
          noise(channels, 3),
          noise(raw.length, 4),
          noise(raw.length, 5),
        ];
        const factor = raw.map((_, i) => (rate === 0 || dropoutKeeps(11, 4, 2, i, rate) ? 1 / (1 - rate) : 0));
        const dropped = raw.map((v, i) => v * factor[i]!);
        const normed = instanceNorm(shape, dropped, gamma, beta);
        const expected = instanceNormGradient(shape, dropped, gamma, leakyReluGradient(normed, slope, g));

        const input = tensor('input', batch, side, channels, 1, 0);
        const output = tensor('output', batch, side, channels, 0, 2);
        const gradient = tensor('gradient', batch, side, channels, 2, 1);
        const result = tensor('result', batch, side, channels, 1, 1);
        const parameters = slot('parameters', 1 + 2 * channels);
        const slots = {
          sums: slot('sums', 2 * batch * channels),
          targets: slot('targets', 2 * channels),
          gradients: slot('gradients', 3 * channels),
        };
        const args = {
          label: 'norm',
          input,
          parameters,
          gammaAt: 1,
          betaAt: 1 + channels,
          epsilon: EPSILON,
          slope,
          dropout: rate > 0 ? { rate, stream: 2 } : undefined,
          moments: { slot: slot('moments', 2 * batch * channels), at: 0, stride: channels },
          scratch: (bytes: number) => slot('chunks', bytes / 4),
        };
        const backward = { ...args, gradient, sums: { slot: slots.sums, at: 0, stride: channels } };
        const targets = Uint32Array.from({ length: 2 * channels }, (_, i) => (i % 2 ? 2 * channels : 0) + (i >> 1));
        const [y, dx, parameterGradients] = await runKernels(
          device,
          [
            ...normDispatches(args, output, strips),
            ...normGradientDispatches(backward, result, true, strips),
            normParameterGradients(slots, channels, batch),
          ],
          new Map<typeof parameters, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>([
            [input.slot, embed(input, raw)],
            [output.slot, embed(output, [])],
            [gradient.slot, embed(gradient, g)],
            [result.slot, embed(result, base)],
            [parameters, Float32Array.from([0, ...gamma, ...beta])],
            [slots.targets, targets],
          ]),
          [output.slot, result.slot, slots.gradients],
          { learningRate: 0, step: 4, seed: 11, dropout: true, beta1: 0.9, beta2: 0.999 },
        );
        // A mean of 100 costs two digits of single precision before anything is computed.
        const tolerance = offset > 10 ? 1e-4 : 1e-5;
        expect(relativeError(extract(output, y!), leakyRelu(normed, slope))).toBeLessThan(tolerance);
        expect(relativeError(parameterGradients!.subarray(0, channels), expected.gamma)).toBeLessThan(10 * tolerance);
        expect(relativeError(parameterGradients!.subarray(2 * channels, 3 * channels), expected.beta)).toBeLessThan(
          tolerance,
        );
        const sum = expected.input.map((v, i) => v * factor[i]! + base[i]!);
        expect(relativeError(extract(result, dx!), sum)).toBeLessThan(10 * tolerance);
      },
    );

for (const strips of [
  { lanes: 4, strips: 1 },
  { lanes: 8, strips: 32 },
])
  gpuTest(
    `moments of a large image err by few units in the last place, ${strips.strips} strips`,
    async ({ device }) => {
      // One serial sum of 64² values from the first pixel, here an outlier, errs by hundreds of them.
      const [batch, side, channels] = [2, 64, 3];
      const pixels = side * side;
      const raw = noise(batch * pixels * channels, 8).map(v => Math.fround(v + 2));
      raw.fill(12, 0, channels);
      const input = tensor('input', batch, side, channels, 0, 0);
      const moments = { slot: slot('moments', 2 * batch * channels), at: 0, stride: channels };
      const args = {
        ...{ label: 'norm', input, parameters: slot('parameters', 2 * channels), gammaAt: 0, betaAt: channels },
        ...{ epsilon: EPSILON, slope: 1, moments, scratch: (bytes: number) => slot('chunks', bytes / 4) },
      };
      const [found] = await runKernels(device, normMoments(args, strips), new Map([[input.slot, embed(input, raw)]]), [
        moments.slot,
      ]);
      const ulp = 2 ** -24;
      for (let image = 0; image < batch; image++)
        for (let c = 0; c < channels; c++) {
          const values = Array.from({ length: pixels }, (_, p) => raw[(image * pixels + p) * channels + c]!);
          const mean = values.reduce((sum, v) => sum + v, 0) / pixels;
          const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / pixels;
          const at = 2 * (image * channels + c);
          expect(Math.abs(found![at]! - mean) / mean).toBeLessThan(4 * ulp);
          expect(Math.abs(found![at + 1]! * Math.sqrt(variance + EPSILON) - 1)).toBeLessThan(4 * ulp);
        }
    },
  );
