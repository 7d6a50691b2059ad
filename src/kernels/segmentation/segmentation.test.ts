import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { embed, extract, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { segmentationLoss } from './reference.ts';
import { lossDispatches, probabilitiesDispatch } from './segmentation.ts';

failOnGpuErrors();

const maskOf = (pixels: number, seed: number) => Uint8Array.from(noise(pixels, seed, 9), v => (v > 0.3 ? 1 : 0));

test('reference: the gradient is the loss’s central differences', () => {
  const logits = noise(2 * 16, 1);
  const masks = maskOf(2 * 16, 1);
  const h = 1e-5;
  for (const terms of [
    { crossEntropy: 0.4, smoothing: 1 },
    { crossEntropy: 0.4, focal: 2, tversky: 0.7, smoothing: 1 },
    { crossEntropy: 1, focal: 0.5, tversky: 0.2, smoothing: 0.1 },
  ]) {
    const { gradient } = segmentationLoss(2, logits, masks, terms);
    logits.forEach((kept, at) => {
      logits[at] = kept + h;
      const up = segmentationLoss(2, logits, masks, terms).loss;
      logits[at] = kept - h;
      const down = segmentationLoss(2, logits, masks, terms).loss;
      logits[at] = kept;
      expect((up - down) / (2 * h)).toBeCloseTo(gradient[at]!, 8);
    });
  }
});

test('reference: a perfect mask scores 1, and so do two empty ones', () => {
  const logits = Float64Array.of(30, 30, -30, -30, -30, -30, -30, -30);
  const { dice, accuracy, loss } = segmentationLoss(2, logits, [1, 1, 0, 0, 0, 0, 0, 0], {
    crossEntropy: 0,
    smoothing: 1,
  });
  expect([...dice, ...accuracy]).toEqual([1, 1, 1, 1]);
  expect(loss).toBeCloseTo(0, 10);
});

for (const [batch, side, crossEntropy, focal, tversky, trees] of [
  [1, 2, 0, 0, 0.5, false],
  [2, 16, 0.5, 0, 0.5, true],
  [3, 20, 1, 0, 0.5, false],
  [2, 16, 0.5, 2, 0.7, false],
  [3, 12, 1, 0.5, 0.25, true],
  // More images than are joined at a time, of several chunks; and more chunks than threads that join them.
  [11, 40, 0.5, 0, 0.5, true],
  [2, 200, 0.5, 0, 0.5, true],
] as const)
  gpuTest(
    `loss, scores, gradient, probabilities: ${batch}×${side}², cross-entropy ${crossEntropy}, focal ${focal}, Tversky ${tversky}, ${trees ? 'in trees' : 'alone'}`,
    async ({ device }) => {
      const pixels = side * side;
      const z = noise(batch * pixels, 1).map(v => Math.fround(v * 4));
      const masks = maskOf(batch * pixels, 2);
      masks.fill(0, 0, pixels);
      const logits = tensor('logits', batch, side, 1, 1, 0);
      const gradient = tensor('gradient', batch, side, 1, 0, 1);
      const maskBytes = slot('masks', masks.length / 4);
      const result = slot('result', 2 + 2 * batch);
      const probabilities = slot('probabilities', masks.length);
      const words = new Uint32Array(maskBytes.bytes / 4);
      new Uint8Array(words.buffer).set(masks);
      const [found, g, p] = await runKernels(
        device,
        [
          ...lossDispatches({
            logits,
            gradient,
            masks: maskBytes,
            result,
            crossEntropy,
            focal,
            tversky,
            smoothing: 1,
            trees,
            scratch: bytes => slot('scratch', bytes / 4),
          }),
          probabilitiesDispatch(logits, probabilities),
        ],
        new Map<typeof result, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>([
          [logits.slot, embed(logits, z)],
          [gradient.slot, embed(gradient, [])],
          [maskBytes, words],
        ]),
        [result, gradient.slot, probabilities],
        { learningRate: 0, step: 1, seed: 1, dropout: false, beta1: 0.9, beta2: 0.999, lossScale: 4 },
      );
      const expected = segmentationLoss(batch, z, masks, { crossEntropy, focal, tversky, smoothing: 1 });
      expect(found![0]).toBeCloseTo(expected.loss, 5);
      for (let image = 0; image < batch; image++) {
        expect(found![2 + 2 * image]).toBeCloseTo(expected.dice[image]!, 6);
        expect(found![3 + 2 * image]).toBeCloseTo(expected.accuracy[image]!, 6);
      }
      const scaled = expected.gradient.map(value => 4 * value);
      expect(relativeError(extract(gradient, g!), scaled)).toBeLessThan(2e-5);
      expect(relativeError(p!.subarray(0, z.length), expected.probabilities)).toBeLessThan(1e-5);
    },
  );

gpuTest('a logit that is no number, or endless, makes the loss no number', async ({ device }) => {
  for (const bad of [Number.NaN, Infinity]) {
    const logits = tensor('logits', 2, 4, 1);
    const z = noise(32, 1);
    z[20] = bad;
    const result = slot('result', 6);
    const dispatches = lossDispatches({
      logits,
      gradient: tensor('gradient', 2, 4, 1),
      masks: slot('masks', 8),
      result,
      crossEntropy: 0,
      focal: 0,
      tversky: 0.5,
      smoothing: 1,
      trees: false,
      scratch: bytes => slot('scratch', bytes / 4),
    });
    const [found] = await runKernels(device, dispatches, new Map([[logits.slot, embed(logits, z)]]), [result]);
    expect(found![0]).toBeNaN();
  }
});
