/**
 * Norms that are left to their readers: convolutions and filter gradients that normalise what they load, and blocks' sums by every tile
 * and by a pass of their own, against the norm in double precision.
 */
import { expect, vi } from 'vitest';
import { dropoutKeeps } from '../../random/pcg.ts';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../testing/gpu.ts';
import { embed, extract, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { type ConvTile, convDispatches, convTiles, deepConvTiles, gemmConvTiles, stepOf } from '../conv/conv.ts';
import { deriveDispatch, derivedCount, deriveTables } from '../conv/derive-weights.ts';
import { type FilterTile, filterGradientDispatches, filterTiles } from '../conv/filter-gradient.ts';
import { outputSide, padBefore } from '../conv/geometry.ts';
import { joinedAtOnce } from '../conv/partial-sums.ts';
import { conv, convFilterGradient, convInputGradient } from '../conv/reference.ts';
import type { Slot, View } from '../dispatch.ts';
import { leakyRelu, leakyReluGradient } from '../leaky-relu/reference.ts';
import { upsample, upsampleGradient } from '../upsample/reference.ts';
import { type BlockSums, blockSumsDispatch, partialBytes } from './blocks.ts';
import { normParameterGradients } from './instance-norm.ts';
import { Coefficients, type LeftNorm, leftNormGradient, type NormPartials, normCoefficients } from './left-norm.ts';
import { instanceNorm, instanceNormGradient } from './reference.ts';

failOnGpuErrors();
// All tiles of a case (LONG=1) compile for a minute and more on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const EPSILON = 1e-5;
const SLOPE = 0.1;
const STEP = { learningRate: 0, step: 4, seed: 11, dropout: true, beta1: 0.9, beta2: 0.999 };
const RATE = 0.3;
const STREAM = 2;

type Data = Map<Slot, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>;

/** 0 or 1 / (1 − rate), of each element. */
function dropoutFactors(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (dropoutKeeps(11, 4, STREAM, i, RATE) ? 1 / (1 - RATE) : 0));
}

function partialsOf(view: View, step: 1 | 2): NormPartials {
  return { slot: slot('blocks', partialBytes(view, step) / 4), channels: view.channels, step, offset: 0 };
}

/** A norm of a tensor's values, with γ and β, by a pass over its blocks, and what is read through it. */
function leftNorm(input: View, values: Float64Array) {
  const { batch, side, channels } = input;
  const shape = { batch, pixels: side * side, channels, epsilon: EPSILON };
  const [gamma, beta] = [noise(channels, 2), noise(channels, 3)];
  const parameters = slot('γ and β', 2 * channels);
  const norm = new Coefficients('coefficients').of(input, SLOPE);
  const left: LeftNorm = { label: 'norm', input, norm };
  const partials = partialsOf(input, 1);
  const place = { parameters, gammaAt: 0, betaAt: channels, epsilon: EPSILON };
  const normed = instanceNorm(shape, values, gamma, beta);
  return {
    ...{ shape, gamma, beta, norm, left, normed },
    read: leakyRelu(normed, SLOPE),
    dispatches: [
      blockSumsDispatch('moments', input, { kind: 'moments', partials }),
      normCoefficients(left, partials, place),
    ],
    data: new Map([
      [input.slot, embed(input, values)],
      [parameters, Float32Array.from([...gamma, ...beta])],
    ]) as Data,
  };
}

/** A run must not depend on which tile a measurement found. */
function sameBits(): (values: Float32Array, which: string) => void {
  let first: Float32Array | undefined;
  return (values, which) => {
    if (first) expect(values, which).toEqual(first);
    first ??= values.slice();
  };
}

for (const { batch, side, channels, offset, step } of [
  { batch: 1, side: 1, channels: 3, offset: 0, step: 2 },
  { batch: 2, side: 5, channels: 6, offset: 100, step: 1 },
  { batch: 2, side: 33, channels: 5, offset: 3, step: 2 },
  // So many blocks that they are joined in a dispatch of their own.
  { batch: 2, side: 66, channels: 19, offset: 0, step: 1 },
  { batch: 2, side: 10, channels: 20, offset: 0, step: 1 },
] as const)
  gpuTest(`by passes alone, both ways: ${batch}×${side}²×${channels}, every ${step}. row`, async ({ device }) => {
    const four = channels % 4 === 0 ? 4 : 1;
    const input = tensor('input', batch, side, channels, four, 0);
    const gradient = tensor('gradient', batch, side, channels, 2 * four, four);
    const result = tensor('result', batch, side, channels, four, four);
    const factors = dropoutFactors(batch * side * side * channels);
    const dropped = noise(factors.length, 1).map((v, i) => Math.fround((v + offset) * factors[i]!));
    const { shape, gamma, norm, left, normed, dispatches, data } = leftNorm(input, dropped);
    const [g, base] = [noise(dropped.length, 4), noise(dropped.length, 5)];
    const expected = instanceNormGradient(shape, dropped, gamma, leakyReluGradient(normed, SLOPE, g));
    const slots = {
      sums: slot('sums', 2 * batch * channels),
      targets: slot('targets', 2 * channels),
      gradients: slot('gradients', 2 * channels),
    };
    const partials = partialsOf(gradient, step);
    const pass: BlockSums = { kind: 'sums', partials, normed: input, norm, from: 0 };
    const back = {
      ...{ ...left, gradient, sums: { slot: slots.sums, at: 0, stride: channels } },
      dropout: { rate: RATE, stream: STREAM },
    };
    data.set(gradient.slot, embed(gradient, g));
    data.set(result.slot, embed(result, base));
    data.set(
      slots.targets,
      Uint32Array.from({ length: 2 * channels }, (_, i) => (i % 2) * channels + (i >> 1)),
    );
    const [dx, parameterGradients] = await runKernels(
      device,
      [
        ...dispatches,
        blockSumsDispatch('sums', gradient, pass),
        ...leftNormGradient(back, partials, result, true),
        normParameterGradients(slots, channels, batch),
      ],
      data,
      [result.slot, slots.gradients],
      STEP,
    );
    const tolerance = offset > 10 ? 1e-4 : 1e-5;
    const sum = expected.input.map((v, i) => v * factors[i]! + base[i]!);
    expect(relativeError(extract(result, dx!), sum)).toBeLessThan(10 * tolerance);
    // An image of one pixel is its own mean: all of x̂ is rounding.
    if (side > 1)
      expect(relativeError(parameterGradients!.subarray(0, channels), expected.gamma)).toBeLessThan(10 * tolerance);
    expect(relativeError(parameterGradients!.subarray(channels, 2 * channels), expected.beta)).toBeLessThan(tolerance);
  });

gpuTest('moments of a large image err by few units in the last place', async ({ device }) => {
  const [batch, side, channels] = [2, 64, 3];
  const pixels = side * side;
  const raw = noise(batch * pixels * channels, 8).map(v => Math.fround(v + 2));
  raw.fill(12, 0, channels);
  const input = tensor('input', batch, side, channels, 0, 0);
  const { norm, dispatches, data } = leftNorm(input, raw);
  const [found] = await runKernels(device, dispatches, data, [norm.coefficients]);
  const ulp = 2 ** -24;
  for (let image = 0; image < batch; image++)
    for (let c = 0; c < channels; c++) {
      const values = Array.from({ length: pixels }, (_, p) => raw[(image * pixels + p) * channels + c]!);
      const mean = values.reduce((sum, v) => sum + v, 0) / pixels;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / pixels;
      const row = (n: number) => found![(image * 4 + n) * channels + c]!;
      expect(Math.abs(row(0) - mean) / mean).toBeLessThan(4 * ulp);
      expect(Math.abs(row(3) * Math.sqrt(variance + EPSILON) - 1)).toBeLessThan(4 * ulp);
    }
});

interface Case {
  readonly batch: number;
  /** As the convolution sees it. */
  readonly inputSide: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly upsampled?: boolean;
  /** Pixels begin at multiples of four values. */
  readonly aligned?: boolean;
  /** What is tested at all times: products of matrices compile for seconds on a software adapter. LONG=1 has all. */
  readonly always?: 'all' | 'input gradient';
}

// Sides that are no multiples of a block's, and channels that fill no block of inputs.
const cases: Case[] = [
  // Parts of a sum that are no multiple of the layers of threads.
  { batch: 2, inputSide: 9, inputs: 32, outputs: 32, kernel: 3, stride: 1, aligned: true, always: 'all' },
  { batch: 1, inputSide: 18, inputs: 16, outputs: 16, kernel: 3, stride: 2, aligned: true, always: 'input gradient' },
  {
    batch: 1,
    inputSide: 18,
    inputs: 32,
    outputs: 32,
    kernel: 3,
    stride: 1,
    upsampled: true,
    aligned: true,
  },
  { batch: 1, inputSide: 9, inputs: 64, outputs: 32, kernel: 1, stride: 1 },
  { batch: 2, inputSide: 10, inputs: 3, outputs: 16, kernel: 3, stride: 1 },
  { batch: 1, inputSide: 17, inputs: 32, outputs: 16, kernel: 3, stride: 2 },
  { batch: 2, inputSide: 7, inputs: 6, outputs: 5, kernel: 3, stride: 1, always: 'all' },
];

const title = ({ kernel, stride, inputs, outputs, batch, inputSide, upsampled, aligned }: Case) =>
  `${kernel}×${kernel}/${stride} ${inputs}→${outputs} at ${batch}×${inputSide}²${upsampled ? ' upsampled' : ''}${aligned ? ' in fours' : ''}`;

/** Registers and one product of matrices, which compile slowly on a software adapter; LONG=1 has all of these. */
function tilesOf(shape: Parameters<typeof deepConvTiles>[0]): ConvTile[] {
  const { form, stride, outputs, side } = shape;
  const products = [...deepConvTiles(shape), ...gemmConvTiles(shape)];
  return [
    ...convTiles(form, stride, outputs, side).slice(0, 1),
    ...products.slice(0, process.env.LONG ? undefined : 1),
  ];
}

for (const c of cases) {
  const { batch, inputSide, inputs, outputs, kernel, stride, aligned = false, upsampled = false } = c;
  const often = c.always === 'all' ? gpuTest : longGpuTest;
  const side = outputSide(c);
  const pad = padBefore(c);
  const storedSide = upsampled ? inputSide / 2 : inputSide;
  const [few, more] = aligned ? [4, 8] : [1, 2];
  const x = noise(batch * storedSide ** 2 * inputs, 1).map(v => Math.fround(v + 0.5));
  const input = tensor('input', batch, storedSide, inputs, few, more);
  const made = () => leftNorm(input, x);
  const asRead = (read: Float64Array) => (upsampled ? upsample(batch, storedSide, inputs, read) : read);
  const weights = noise(kernel ** 2 * inputs * outputs, 6);

  often(
    `a convolution reads through a norm, drops out, and finds the next one’s moments: ${title(c)}`,
    async ({ device }) => {
      const { norm, read, dispatches, data } = made();
      const factors = dropoutFactors(batch * side * side * outputs);
      const expected = conv(c, asRead(read), weights).map((v, i) => v * factors[i]!);
      const output = tensor('output', batch, side, outputs, few, more);
      const parameters = slot('weights', weights.length);
      data.set(parameters, Float32Array.from(weights));
      data.set(output.slot, embed(output, []));
      const form = upsampled ? 'upsampled' : 'plain';
      const [bits, sumBits] = [sameBits(), sameBits()];
      const tiles = tilesOf({ form, kernel, stride, inputs, outputs, side });
      expect(tiles.some(({ gemm }) => gemm)).toBe(outputs % 16 === 0 && side >= 8);
      for (const tile of tiles) {
        const partials = partialsOf(output, 1);
        const next = new Coefficients('next').of(output, 1);
        const ones = slot('ones', 2 * outputs);
        data.set(ones, new Float32Array(2 * outputs).fill(1, 0, outputs));
        const [result, found, sums] = await runKernels(
          device,
          [
            ...dispatches,
            ...convDispatches({
              ...{ label: title(c), form, kernel, stride, pad, input, output, weights: parameters, weightsAt: 0 },
              ...{ tile, through: norm, dropout: { rate: RATE, stream: STREAM }, sums: { kind: 'moments', partials } },
            }),
            normCoefficients({ label: 'next', input: output, norm: next }, partials, {
              ...{ parameters: ones, gammaAt: 0, betaAt: outputs, epsilon: EPSILON },
            }),
          ],
          data,
          [output.slot, next.coefficients, partials.slot],
          STEP,
        );
        expect(relativeError(extract(output, result!), expected), JSON.stringify(tile)).toBeLessThan(1e-5);
        bits(extract(output, result!), JSON.stringify(tile));
        sumBits(sums!, JSON.stringify(tile));
        // x̂ = (x − mean) · scale, for γ is one and β zero.
        const shape = { batch, pixels: side * side, channels: outputs, epsilon: EPSILON };
        const normal = instanceNorm(shape, expected, new Float64Array(outputs).fill(1), new Float64Array(outputs));
        const row = (i: number, n: number) =>
          found![next.at + (Math.floor(i / (side * side * outputs)) * 4 + n) * next.stride + (i % outputs)]!;
        const ours = expected.map((v, i) => (v - row(i, 0)) * row(i, 1));
        expect(relativeError(ours, normal), JSON.stringify(tile)).toBeLessThan(1e-4);
      }
    },
  );

  often(`a filter gradient reads through a norm: ${title(c)}`, async ({ device }) => {
    const { norm, read, dispatches, data } = made();
    const g = noise(batch * side * side * outputs, 4);
    const expected = convFilterGradient(c, asRead(read), g);
    const gradient = tensor('gradient', batch, side, outputs, 0, few);
    const result = slot('result', expected.length);
    data.set(gradient.slot, embed(gradient, g));
    const bits = sameBits();
    const tiles = filterTiles(kernel, inputs, outputs, batch * side, 64, true);
    for (const tile of [...tiles.slice(0, 2), ...tiles.slice(-1)].map(
      (t): FilterTile => ({ ...t, splits: 5, bundle: 4 }),
    )) {
      const filter = filterGradientDispatches({
        ...{ label: title(c), kernel, stride, pad, upsampled, input, through: norm, gradient, result, to: 0, tile },
        partials: joinedAtOnce(bytes => slot('sums', bytes / 4)),
      });
      const [found] = await runKernels(device, [...dispatches, ...filter], data, [result]);
      expect(relativeError(found!.subarray(0, expected.length), expected), JSON.stringify(tile)).toBeLessThan(1e-5);
      bits(found!, JSON.stringify(tile));
    }
  });

  (c.always === 'all' ? gpuTest : longGpuTest)(
    `an input gradient finds the sums of the norm before: ${title(c)}`,
    async ({ device }) => {
      const { shape, gamma, norm, left, normed, dispatches, data } = made();
      const g = noise(batch * side * side * outputs, 4);
      const whole = convInputGradient(c, weights, g);
      const base = noise(x.length, 5);
      const passed = (upsampled ? upsampleGradient(batch, storedSide, inputs, whole) : whole).map(
        (v, i) => v + base[i]!,
      );
      const expected = instanceNormGradient(shape, x, gamma, leakyReluGradient(normed, SLOPE, passed));
      const from = tensor('gradient', batch, side, outputs, 0, few);
      const to = tensor('result', batch, storedSide, inputs, few, 0);
      const before = tensor('before', batch, storedSide, inputs, 0, few);
      const derivedConv = { source: 0, to: 0, kernel, inputs, outputs, raised: upsampled };
      const tables = deriveTables([derivedConv]);
      const slots = {
        convs: slot('convs', tables.convs.length),
        blocks: slot('blocks', tables.blocks.length),
        weights: slot('weights', weights.length),
        derived: slot('derived', derivedCount(derivedConv)),
      };
      data.set(slots.convs, tables.convs);
      data.set(slots.blocks, tables.blocks);
      data.set(slots.weights, Float32Array.from(weights));
      data.set(from.slot, embed(from, g));
      data.set(to.slot, embed(to, base));
      data.set(before.slot, embed(before, []));
      const form = stride === 2 ? 'dilated' : 'plain';
      const taps = upsampled
        ? { kernel: 4, stride: 2, pad: 1 }
        : { kernel, stride: 1, pad: stride === 2 ? pad : kernel - 1 - pad };
      const tiles = tilesOf({ form, ...taps, inputs: outputs, outputs: inputs, side: storedSide });
      expect(tiles.some(({ gemm }) => gemm)).toBe(inputs % 16 === 0 && storedSide >= 8 * stepOf(form));
      const [bits, sumBits] = [sameBits(), sameBits()];
      for (const tile of tiles) {
        const partials = partialsOf(to, stepOf(form));
        const sums: BlockSums = { kind: 'sums', partials, normed: input, norm, from: 0 };
        const pairs = { slot: slot('pairs', 2 * batch * inputs), at: 0, stride: inputs };
        const [gradients, found, dx, blocks] = await runKernels(
          device,
          [
            ...dispatches,
            deriveDispatch(slots, tables.blocks.length / 2),
            ...convDispatches({
              ...{
                label: title(c),
                form,
                ...taps,
                input: from,
                output: to,
                weights: slots.derived,
                weightsAt: 0,
                tile,
              },
              ...{ accumulate: true, sums },
            }),
            ...leftNormGradient({ ...left, gradient: to, sums: pairs, dropout: undefined }, partials, before, false),
          ],
          data,
          [to.slot, pairs.slot, before.slot, partials.slot],
        );
        const at = JSON.stringify(tile);
        expect(relativeError(extract(to, gradients!), passed), at).toBeLessThan(1e-5);
        expect(relativeError(extract(before, dx!), expected.input), at).toBeLessThan(1e-4);
        const total = (second: 0 | 1) =>
          Array.from({ length: inputs }, (_, n) =>
            Array.from({ length: batch }, (_, image) => found![2 * (image * inputs + n) + second]!).reduce(
              (a, b) => a + b,
              0,
            ),
          );
        expect(relativeError(total(0), expected.beta), at).toBeLessThan(1e-5);
        expect(relativeError(total(1), expected.gamma), at).toBeLessThan(1e-4);
        bits(extract(to, gradients!), at);
        sumBits(blocks!, at);
      }
    },
  );
}
