/** Every operation but convolution on the CPU against the double-precision references, in slices, with chunks in either order. */
import { expect, test } from 'vitest';
import { adam } from '../../kernels/adam/reference.ts';
import { AUGMENT_WORDS, type Augmentation, augmentTable, UNCHANGED } from '../../kernels/augmentation/augment.ts';
import { augment } from '../../kernels/augmentation/reference.ts';
import { channelMeans } from '../../kernels/channel-means/reference.ts';
import { biasGradient } from '../../kernels/conv/reference.ts';
import entry from '../../kernels/cpu.as?raw';
import { fieldsOf, KERNEL_NAMES, KERNELS } from '../../kernels/cpu-kernels.ts';
import type { Slot } from '../../kernels/dispatch.ts';
import { instanceNorm, instanceNormGradient } from '../../kernels/instance-norm/reference.ts';
import { leakyRelu, leakyReluGradient } from '../../kernels/leaky-relu/reference.ts';
import { maxPool, maxPoolGradient } from '../../kernels/pooling/reference.ts';
import { segmentationLoss } from '../../kernels/segmentation/reference.ts';
import { stepBytes } from '../../kernels/step.ts';
import { upsampleGradient } from '../../kernels/upsample/reference.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { shapes } from '../../network/graph.ts';
import { dropoutKeeps, randomStream } from '../../random/pcg.ts';
import { backwards, inOrder, runCalls } from '../../testing/cpu-kernels.ts';
import { embed, extract, noise, relativeError, slot, tensor } from '../../testing/kernels.ts';
import type { PlanSlots } from '../lowering/operations.ts';
import { cpuBackEnd } from './cpu-plan.ts';

type Data = Map<Slot, ArrayBufferView<ArrayBuffer>>;

const STEP = { learningRate: 0.01, step: 7, seed: 11, dropout: true, beta1: 0.9, beta2: 0.999 } as const;

/** A back end of the Improved UNet with 2 filters at 16²; its norms' channels are what normed tensors here borrow places of. */
function backEndOf(batch: number, size = 16, over: { readonly averaged?: boolean } = {}) {
  const network = buildNetwork('improved-unet', 2);
  const step = slot('step', 8);
  const slots: PlanSlots = {
    imageBytes: slot('image bytes', (batch * size * size * 3) / 4),
    maskBytes: slot('mask bytes', (batch * size * size) / 4),
    augmentations: slot('augmentations', batch * AUGMENT_WORDS),
    weights: slot('weights', 4096),
    gradients: slot('gradients', 4096),
    first: slot('first', 4096),
    second: slot('second', 4096),
    average: over.averaged ? slot('average', 4096) : undefined,
    result: slot('result', 2 + 2 * batch),
    probabilities: slot('probabilities', batch * size * size),
  };
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: true };
  return { backEnd: cpuBackEnd({ settings, slots, shapes: shapes(network, 16) }, step), slots, step };
}

const stepData = (numbers: Parameters<typeof stepBytes>[0]) => new Uint8Array(stepBytes(numbers));

test('the numbers of the kernels are those of cpu.as, and every shape is declared', () => {
  const cases = [...entry.matchAll(/case (\d+): return (\w+)\(changetype<(\w+)>/g)];
  expect(cases.map(([, number, name, shape]) => [Number(number), name, shape])).toEqual(
    KERNEL_NAMES.map((name, i) => [i, name, KERNELS[name]]),
  );
  for (const name of Object.values(KERNELS)) expect(fieldsOf(name).length).toBeGreaterThan(3);
});

for (const [batch, side, channels, rate, slope, offset] of [
  [1, 1, 1, 0, 1, 0],
  [2, 4, 3, 0, 0.01, 0],
  [2, 6, 8, 0.3, 0.01, 0.5],
  [3, 32, 10, 0.3, 0, -2],
  [2, 64, 16, 0, 0.01, 100],
] as const)
  test(`norm, dropout ${rate}, slope ${slope}: ${batch}×${side}²×${channels}, mean ${offset}`, async () => {
    const { backEnd, slots, step } = backEndOf(batch);
    const pixels = side * side;
    const count = batch * pixels * channels;
    const raw = noise(count, 1).map(v => Math.fround(v + offset));
    const [gamma, beta] = [noise(channels, 2), noise(channels, 3)];
    const [g, base] = [noise(count, 4), noise(count, 5)];
    const factor = raw.map((_, i) => (rate === 0 ? 1 : dropoutKeeps(11, 7, 2, i, rate) ? 1 / (1 - rate) : 0));
    const dropped = raw.map((v, i) => v * factor[i]!);
    const shape = { batch, pixels, channels, epsilon: 1e-5 };
    const normed = instanceNorm(shape, dropped, gamma, beta);
    const expected = instanceNormGradient(shape, dropped, gamma, leakyReluGradient(normed, slope, g));
    const input = tensor('input', batch, side, channels, 1, 0);
    const output = tensor('output', batch, side, channels, 0, 2);
    const gradient = tensor('gradient', batch, side, channels, 2, 1);
    const result = tensor('result', batch, side, channels, 1, 1);
    const norm = {
      ...{ label: 'norm', input, gammaAt: 1, betaAt: 1 + channels, epsilon: 1e-5, slope, at: 3 },
      dropout: rate > 0 ? { rate, stream: 2 } : undefined,
    };
    const calls = [...backEnd.norm(norm, output), ...backEnd.normGradient(norm, gradient, result, true)];
    const data: Data = new Map<Slot, ArrayBufferView<ArrayBuffer>>([
      [step, stepData(STEP)],
      [input.slot, embed(input, raw)],
      [output.slot, embed(output, [])],
      [gradient.slot, embed(gradient, g)],
      [result.slot, embed(result, base)],
      [slots.weights, Float32Array.from([0, ...gamma, ...beta])],
    ]);
    const [y, dx] = await runCalls(calls, data, [output.slot, result.slot]);
    expect(await runCalls(calls, data, [output.slot, result.slot], backwards)).toEqual([y, dx]);
    // A mean of 100 costs two digits of single precision before anything is computed.
    const tolerance = offset > 10 ? 1e-4 : 1e-5;
    expect(relativeError(extract(output, y!), leakyRelu(normed, slope))).toBeLessThan(tolerance);
    const sum = expected.input.map((v, i) => v * factor[i]! + base[i]!);
    expect(relativeError(extract(result, dx!), sum)).toBeLessThan(10 * tolerance);
  });

test('gradients of γ and β: a norm’s sums, added over the images', async () => {
  const [batch, side] = [3, 16];
  const { backEnd, slots, step } = backEndOf(batch);
  const channels = 2;
  const count = batch * side * side * channels;
  const [x, g] = [noise(count, 1), noise(count, 2)];
  const [gamma, beta] = [noise(channels, 3), noise(channels, 4)];
  const shape = { batch, pixels: side * side, channels, epsilon: 1e-5 };
  const normed = instanceNorm(shape, x, gamma, beta);
  const expected = instanceNormGradient(shape, x, gamma, leakyReluGradient(normed, 0.01, g));
  const [input, gradient, target] = ['x', 'g', 'dx'].map(name => tensor(name, batch, side, channels)) as [
    ReturnType<typeof tensor>,
    ReturnType<typeof tensor>,
    ReturnType<typeof tensor>,
  ];
  // The place of the network's first norm; all others' sums are what memory holds, and go to places that are not looked at.
  const all = 2 * 2 * (2 + 4 + 8 + 16 + 32) * 3;
  const targets = Array.from({ length: all }, (_, i) => (i < 4 ? i : 100 + i));
  const norm = {
    ...{ label: 'norm', input, gammaAt: 0, betaAt: channels, epsilon: 1e-5, slope: 0.01, at: 0, dropout: undefined },
  };
  const calls = [
    ...backEnd.norm(norm, tensor('y', batch, side, channels)),
    ...backEnd.normGradient(norm, gradient, target, false),
    ...backEnd.normParameterGradients(targets),
  ];
  const [found] = await runCalls(
    calls,
    new Map<Slot, ArrayBufferView<ArrayBuffer>>([
      [step, stepData(STEP)],
      [input.slot, Float32Array.from(x)],
      [gradient.slot, Float32Array.from(g)],
      [slots.weights, Float32Array.from([...gamma, ...beta])],
      ...backEnd.tables().map(({ slot: table, words }) => [table, words] as const),
    ]),
    [slots.gradients],
  );
  // Targets are pairs: γ of channel 0, β of channel 0, γ of channel 1, β of channel 1.
  const wanted = [expected.gamma[0]!, expected.beta[0]!, expected.gamma[1]!, expected.beta[1]!];
  expect(relativeError(found!.subarray(0, 4), wanted)).toBeLessThan(1e-4);
});

for (const [batch, side, crossEntropy, focal, tversky, scale] of [
  [1, 2, 0, 0, 0.5, 4],
  [2, 16, 0.5, 0, 0.5, 4],
  [3, 20, 1, 0, 0.5, 4],
  [2, 16, 0.5, 2, 0.7, 4],
  [3, 12, 1, 0.5, 0.25, 4],
  [2, 16, 1, 0, 0.5, 8],
  [2, 16, 1, 2, 0.5, 8],
] as const)
  test(`loss, scores, gradient, probabilities: ${batch}×${side}², cross-entropy ${crossEntropy}, focal ${focal}, Tversky ${tversky}, logits to ${scale}`, async () => {
    const { backEnd, slots } = backEndOf(batch, side);
    const pixels = side * side;
    const z = noise(batch * pixels, 1).map(v => Math.fround(v * scale));
    const random = randomStream(2);
    const masks = Uint8Array.from({ length: batch * pixels }, () => (random.unit() < 0.4 ? 1 : 0));
    masks.fill(0, 0, pixels);
    const logits = tensor('logits', batch, side, 1, 1, 0);
    const gradient = tensor('gradient', batch, side, 1, 0, 1);
    const maskBytes = slot('masks', masks.length / 4);
    const terms = { crossEntropy, focal, tversky, smoothing: 1 };
    const calls = [...backEnd.loss(logits, gradient, maskBytes, terms), ...backEnd.probabilities(logits)];
    const data: Data = new Map<Slot, ArrayBufferView<ArrayBuffer>>([
      [logits.slot, embed(logits, z)],
      [gradient.slot, embed(gradient, [])],
      [maskBytes, masks],
    ]);
    const [found, g, p] = await runCalls(calls, data, [slots.result, gradient.slot, slots.probabilities]);
    const expected = segmentationLoss(batch, z, [...masks], terms);
    expect(Math.abs(found![0]! - expected.loss) / expected.loss).toBeLessThan(1e-6);
    for (let image = 0; image < batch; image++) {
      expect(found![2 + 2 * image]).toBeCloseTo(expected.dice[image]!, 6);
      expect(found![3 + 2 * image]).toBeCloseTo(expected.accuracy[image]!, 6);
    }
    expect(relativeError(extract(gradient, g!), expected.gradient)).toBeLessThan(1e-6);
    expect(relativeError(p!.subarray(0, z.length), expected.probabilities)).toBeLessThan(1e-6);
  });

test('a logit that is no number, or endless, makes the loss no number', async () => {
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    const { backEnd, slots } = backEndOf(1);
    const logits = tensor('logits', 1, 16, 1);
    const gradient = tensor('gradient', 1, 16, 1);
    const masks = slot('masks', 64);
    const values = new Float32Array(256).fill(1);
    values[77] = bad;
    const terms = { crossEntropy: 0.5, focal: 0, tversky: 0.5, smoothing: 1 };
    const [found] = await runCalls(
      backEnd.loss(logits, gradient, masks, terms),
      new Map<Slot, ArrayBufferView<ArrayBuffer>>([
        [logits.slot, values],
        [masks, new Uint8Array(256)],
      ]),
      [slots.result],
    );
    expect(found![0]).toBeNaN();
  }
});

for (const [clip, weightDecay, l2, averaged] of [
  [0, 0, 0.05, false],
  [0.5, 0.2, 0, true],
  [100, 0.2, 0.01, true],
] as const)
  test(`an update: clip ${clip}, decay ${weightDecay}, penalty ${l2}${averaged ? ', moving average' : ''}`, async () => {
    const [count, kernels] = [3001, 1203];
    const { backEnd, slots, step } = backEndOf(1, 16, { averaged });
    const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    const [w, m, g, mean] = [noise(count, 1), noise(count, 2), noise(count, 4), noise(count, 5)];
    const v = noise(count, 3).map(x => Math.fround(x * x));
    const numbers = { ...STEP, averageKeep: 0.75 };
    const calls = backEnd.adam({ count, kernels, l2, weightDecay, ...constants }, clip);
    const data: Data = new Map<Slot, ArrayBufferView<ArrayBuffer>>([
      [step, stepData(numbers)],
      [slots.gradients, Float32Array.from(g)],
      [slots.weights, Float32Array.from(w)],
      [slots.first, Float32Array.from(m)],
      [slots.second, Float32Array.from(v)],
      ...(slots.average ? [[slots.average, Float32Array.from(mean)] as const] : []),
    ]);
    const wanted = [slots.weights, slots.first, slots.second, ...(slots.average ? [slots.average] : [])];
    const [weights, first, second, average] = await runCalls(calls, data, wanted);
    const length = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
    const factor = clip > 0 ? Math.min(1, clip / length) : 1;
    const lost = w.map((x, i) => (i < kernels ? numbers.learningRate * weightDecay * x : 0));
    const used = g.map((x, i) => x * factor + (i < kernels ? 2 * l2 * w[i]! : 0));
    adam(w, m, v, used, { learningRate: numbers.learningRate, step: numbers.step, ...constants });
    const expected = w.map((x, i) => x - lost[i]!);
    expect(relativeError(weights!.subarray(0, count), expected)).toBeLessThan(1e-6);
    expect(relativeError(first!.subarray(0, count), m)).toBeLessThan(1e-6);
    expect(relativeError(second!.subarray(0, count), v)).toBeLessThan(1e-6);
    if (average)
      expect(
        relativeError(
          average.subarray(0, count),
          mean.map((x, i) => 0.75 * x + 0.25 * expected[i]!),
        ),
      ).toBeLessThan(1e-6);
  });

for (const [batch, side, channels] of [
  [1, 2, 1],
  [2, 6, 3],
  [3, 34, 9],
] as const) {
  const size = `${batch}×${side}²×${channels}`;

  test(`maximum and its gradient, with ties: ${size}`, async () => {
    const { backEnd } = backEndOf(batch);
    const x = noise(batch * side * side * channels, 1).map(v => Math.round(v));
    const [g, base] = [noise(x.length / 4, 2), noise(x.length, 3)];
    const input = tensor('input', batch, side, channels, 0, 2);
    const output = tensor('output', batch, side / 2, channels, 1, 1);
    const gradient = tensor('gradient', batch, side / 2, channels, 2, 0);
    for (const accumulate of [false, true]) {
      const result = tensor('result', batch, side, channels, 1, 0);
      const [y, dx] = await runCalls(
        [
          ...backEnd.maxPool('pool', input, output),
          ...backEnd.maxPoolGradient('pool', input, gradient, result, accumulate),
        ],
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

  test(`gradients of upsampling, of leaky ReLU and of a bias: ${size}`, async () => {
    const { backEnd, slots } = backEndOf(batch);
    const g = noise(batch * side * side * 4 * channels, 1);
    const y = noise(g.length, 5);
    const base = noise(g.length / 4, 2);
    const gradient = tensor('gradient', batch, side * 2, channels, 1, 1);
    const output = tensor('output', batch, side * 2, channels, 2, 0);
    const target = tensor('target', batch, side, channels, 0, 3);
    for (const accumulate of [false, true]) {
      const [small, large, bias] = await runCalls(
        [
          ...backEnd.leakyReluGradient('leaky', output, gradient, 0.2),
          ...backEnd.biasGradient('bias', gradient, 3),
          ...backEnd.upsampleGradient('up', gradient, target, accumulate),
        ],
        new Map([
          [gradient.slot, embed(gradient, g)],
          [output.slot, embed(output, y)],
          [target.slot, embed(target, base)],
        ]),
        [target.slot, gradient.slot, slots.gradients],
      );
      const leaky = leakyReluGradient(y, 0.2, g);
      expect(relativeError(extract(gradient, large!), leaky)).toBeLessThan(1e-6);
      expect(relativeError(bias!.subarray(3, 3 + channels), biasGradient(leaky, channels))).toBeLessThan(1e-5);
      const expected = upsampleGradient(batch, side, channels, leaky).map((v, i) => v + (accumulate ? base[i]! : 0));
      expect(relativeError(extract(target, small!), expected)).toBeLessThan(1e-6);
    }
  });
}

for (const [batch, side, channels] of [
  [1, 1, 1],
  [3, 7, 6],
] as const)
  test(`features: means of ${batch}×${side}²×${channels}, behind the probabilities`, async () => {
    const { backEnd, slots } = backEndOf(batch);
    const x = noise(batch * side * side * channels, 1);
    const input = tensor('input', batch, side, channels, 2, 1);
    const [result] = await runCalls(
      backEnd.features(input, 5),
      new Map([
        [input.slot, embed(input, x)],
        [slots.probabilities, new Float32Array(slots.probabilities.bytes / 4).fill(77)],
      ]),
      [slots.probabilities],
    );
    const found = result!.subarray(5, 5 + batch * channels);
    expect(relativeError(found, channelMeans(batch, side, channels, x))).toBeLessThan(1e-6);
    expect([...result!.subarray(5 + batch * channels)].every(value => value === 77)).toBe(true);
  });

const SIDE = 32;
const turn = (degrees: number, scale: number, x: number, y: number): Augmentation['affine'] => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) / scale, Math.sin((degrees * Math.PI) / 180) / scale];
  return [cos, -sin, x, sin, cos, y];
};
const HAIR = { from: [2, 3], by: [20, 1], to: [28, 30], reach: 0.7, cover: 0.9 } as const;

test('augmentations, images of one batch each by its own', async () => {
  const augmentations: Augmentation[] = [
    UNCHANGED,
    { ...UNCHANGED },
    { ...UNCHANGED, affine: [-1, 0, SIDE - 1, 0, 1, 0] },
    { ...UNCHANGED, affine: turn(33, 1.4, -20, 11) },
    { ...UNCHANGED, affine: turn(5, 1, 1, 1), blur: 1.3 },
    { ...UNCHANGED, colour: [0.9, 0.2, -0.1, 0.05, -0.2, 1.3, 0.1, -0.02, 0.3, 0.1, 0.5, 0.1], gamma: 1.3 },
    { ...UNCHANGED, hairs: [HAIR] },
    { ...UNCHANGED, noise: 0.1, noiseKey: 0xfedcba98 },
    {
      ...{ affine: turn(120, 0.9, 30, 20), blur: 0.6, gamma: 0.85, hairs: new Array(9).fill(HAIR) },
      ...{ colour: [1.1, 0.1, 0, -0.05, 0, 1, 0.1, 0, 0, 0, 0.9, 0.02], noise: 0.05, noiseKey: 12345 },
    },
  ];
  const batch = augmentations.length;
  const random = randomStream(77);
  const bytes = Uint8Array.from({ length: batch * SIDE * SIDE * 3 }, () => random.below(256));
  const masks = Uint8Array.from({ length: batch * SIDE * SIDE }, (_, i) =>
    Math.hypot((i % SIDE) - 12, (Math.floor(i / SIDE) % SIDE) - 17) < 9 ? 1 : 0,
  );
  const { backEnd, slots } = backEndOf(batch, SIDE);
  const output = tensor('output', batch, SIDE, 3);
  const result = slot('masks', masks.length / 4);
  const calls = [...backEnd.augmentImages(output), ...backEnd.augmentMasks(result, batch, SIDE)];
  const data: Data = new Map<Slot, ArrayBufferView<ArrayBuffer>>([
    [slots.imageBytes, bytes],
    [slots.maskBytes, masks],
    [slots.augmentations, augmentTable(augmentations)],
  ]);
  const [images, masked] = await runCalls(calls, data, [output.slot, result]);
  expect(await runCalls(calls, data, [output.slot, result], inOrder)).toEqual([images, masked]);
  const expected = augment({ images: bytes, masks }, SIDE, augmentations);
  const area = SIDE * SIDE;
  augmentations.forEach((_, image) => {
    const [from, to] = [image * area * 3, (image + 1) * area * 3];
    const error = relativeError(images!.subarray(from, to), expected.images.subarray(from, to));
    expect(error, `image ${image}`).toBeLessThan(1e-4);
  });
  // A place that falls on the very border of a lesion may round to either side.
  const found = new Uint8Array(masked!.buffer);
  const wrong = Array.from(expected.masks).filter((value, i) => value !== found[i]).length;
  expect(wrong).toBeLessThan(4);
});
