/**
 * The CPU as a back end of the lowering: each operation as calls of the kernels (kernels, *.as), cut into chunks.
 *
 * How an operation is cut follows from its shape alone, never from the number of threads: sums over chunks are joined in the chunks' order, so
 * that a run has the same bits on any number of them.
 */
import { AUGMENT_WORDS, HAIR_COLOUR, NOISE_DEVIATION } from '../../kernels/augmentation/augment.ts';
import { type Address, call, type KernelCall } from '../../kernels/cpu-kernels.ts';
import type { Slot, View } from '../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import type { EngineSettings } from '../engine.ts';
import { type BackEnd, type NormLayer, persistent, scratch, type Table } from '../lowering/operations.ts';
import { type BackEndParts, buildPlan, type Plan } from '../lowering/plan.ts';
import { ConvCalls } from './conv-calls.ts';
import { address } from './view-address.ts';

export interface CpuPlan extends Plan<KernelCall> {
  /** Where the host writes the numbers of a step; see kernels/step.ts. */
  readonly step: Slot;
}

/** Throws as the lowering's buildPlan does. */
export function buildCpuPlan(settings: EngineSettings): CpuPlan {
  const step = persistent('step', STEP_BYTES);
  return { ...buildPlan(settings, parts => cpuBackEnd(parts, step)), step };
}

/** Values that a chunk of a pass over memory takes at least: some microseconds, many times what drawing a chunk costs. */
const VALUES_PER_CHUNK = 8192;
const MOST_CHUNKS = 64;

/** `items` (pixels, rows) of `values` numbers each, in parts of one size. */
export function cut(items: number, values: number, most = MOST_CHUNKS): { each: number; chunks: number } {
  const wanted = Math.max(1, Math.min(most, items, Math.floor((items * values) / VALUES_PER_CHUNK)));
  const each = Math.ceil(items / wanted);
  return { each, chunks: Math.ceil(items / each) };
}

const at = (slot: Slot, values: number): Address => ({ slot, bytes: values * 4 });

/** Also for the tests of single operations. */
export function cpuBackEnd({ settings, slots, shapes }: BackEndParts, step: Slot): BackEnd<KernelCall> {
  const { batch, network, size } = settings;
  const normChannels = network.layers
    .filter(({ operation }) => operation.kind === 'instanceNorm')
    .reduce((sum, { name }) => sum + (shapes.get(name)?.channels ?? 0), 0);
  const moments = scratch('norm moments', Math.max(4, batch * normChannels) * 8 + 32);
  const sums = scratch('norm sums', Math.max(4, batch * normChannels) * 8 + 32);
  const convs = new ConvCalls(slots);
  const tables: Table[] = [];

  const augment = (kernel: 'augmentImages' | 'augmentMasks', bytes: Slot, output: Slot) => {
    const { each, chunks } = cut(size, size * 16, 16);
    const [hairRed, hairGreen, hairBlue] = HAIR_COLOUR;
    return call(kernel, {
      label: kernel === 'augmentImages' ? 'augment images' : 'augment masks',
      chunks: batch * chunks,
      fields: {
        ...{ bytes, table: slots.augmentations, output, side: size, rowsPerChunk: each, chunks },
        ...{ words: AUGMENT_WORDS, noiseDeviation: NOISE_DEVIATION, hairRed, hairGreen, hairBlue },
      },
    });
  };

  const normCalls = (norm: NormLayer, output?: View, gradient?: View, accumulate = false) => {
    const { label, input, dropout } = norm;
    const pixels = input.side ** 2;
    const { each, chunks } = cut(pixels, input.channels);
    const partial = scratch(`${label} chunks`, chunks > 1 ? batch * chunks * input.channels * 8 + 16 : 16);
    const fields = {
      ...{ step, input: address(input), inputStride: input.stride },
      ...{ output: output ? address(output) : 0, outputStride: output?.stride ?? 0 },
      ...{ gradient: gradient ? address(gradient) : 0, gradientStride: gradient?.stride ?? 0 },
      accumulate: accumulate ? 1 : 0,
      ...{ channels: input.channels, pixels, pixelsPerChunk: each, chunks, images: batch },
      moments: { slot: moments, bytes: norm.at * 8 },
      sums: gradient ? { slot: sums, bytes: norm.at * 8 } : 0,
      ...{ pairs: normChannels, partial },
      ...{ gamma: at(slots.weights, norm.gammaAt), beta: at(slots.weights, norm.betaAt) },
      ...{ epsilon: norm.epsilon, slope: norm.slope },
      ...{ rate: dropout?.rate ?? 0, stream: dropout?.stream ?? 0 },
    };
    const statistics = gradient ? 'normSums' : 'normMoments';
    return [
      call(statistics, { label: `${label} ${gradient ? 'sums' : 'moments'}`, chunks: batch * chunks, fields }),
      ...(chunks > 1 ? [call(`${statistics}OfChunks`, { label: `${label} of chunks`, chunks: batch, fields })] : []),
      call(gradient ? 'normGradient' : 'normApply', {
        label: `${label} ${gradient ? 'gradient' : 'apply'}`,
        chunks: batch * chunks,
        fields,
      }),
    ];
  };

  const poolFields = (input: View, pooled: View) => {
    const { each, chunks } = cut(batch * pooled.side, pooled.side * input.channels * 4);
    const fields = {
      ...{ input: address(input), inputStride: input.stride, channels: input.channels },
      ...{ side: pooled.side, rows: batch * pooled.side, rowsPerChunk: each },
    };
    return { fields, chunks };
  };

  const unwritten = (): never => {
    throw new Error('the CPU writes every norm');
  };

  return {
    leavesNorms: false,
    leftNorm: unwritten,
    leftNormGradient: unwritten,
    augmentImages: images => [augment('augmentImages', slots.imageBytes, images.slot)],
    augmentMasks: masks => [augment('augmentMasks', slots.maskBytes, masks)],
    conv: conv => convs.forward(conv),
    convFilterGradient: conv => convs.filterGradient(conv),
    convInputGradient: conv => convs.inputGradient(conv),
    biasGradient: (label, gradient, to) => {
      const pixels = batch * gradient.side ** 2;
      const { each, chunks } = cut(pixels, gradient.channels);
      const fields = {
        ...{ gradient: address(gradient), gradientStride: gradient.stride, channels: gradient.channels },
        ...{ pixels, pixelsPerChunk: each, chunks },
        partial: scratch(`${label} chunks`, chunks * gradient.channels * 4),
        result: at(slots.gradients, to),
      };
      return [
        call('biasGradient', { label, chunks, fields }),
        call('joinBiasGradient', { label: `${label} sum`, chunks: 1, fields }),
      ];
    },
    leakyReluGradient: (label, output, gradient, slope) => {
      const pixels = batch * output.side ** 2;
      const { each, chunks } = cut(pixels, output.channels);
      const fields = {
        ...{ output: address(output), outputStride: output.stride },
        ...{ gradient: address(gradient), gradientStride: gradient.stride },
        ...{ channels: output.channels, pixels, pixelsPerChunk: each, slope },
      };
      return [call('leakyReluGradient', { label, chunks, fields })];
    },
    norm: (norm, output) => normCalls(norm, output),
    normGradient: (norm, gradient, target, accumulate) => normCalls(norm, target, gradient, accumulate),
    normParameterGradients: targets => {
      const words = Uint32Array.from(targets);
      const slot = persistent('norm targets', words.byteLength);
      tables.push({ slot, words });
      const { each, chunks } = cut(normChannels, 64);
      const fields = {
        ...{ sums, targets: slot, gradients: slots.gradients },
        ...{ channels: normChannels, images: batch, channelsPerChunk: each },
      };
      return [call('normParameterGradients', { label: 'norm parameter gradients', chunks, fields })];
    },
    upsampleGradient: (label, gradient, target, accumulate) => {
      const rows = batch * target.side;
      const { each, chunks } = cut(rows, target.side * target.channels * 4);
      const fields = {
        ...{ gradient: address(gradient), gradientStride: gradient.stride },
        ...{ output: address(target), outputStride: target.stride, channels: target.channels },
        ...{ side: target.side, rows, rowsPerChunk: each, accumulate: accumulate ? 1 : 0 },
      };
      return [call('upsampleGradient', { label, chunks, fields })];
    },
    maxPool: (label, input, output) => {
      const { fields, chunks } = poolFields(input, output);
      const to = { output: address(output), outputStride: output.stride };
      return [
        call('maxPool', { label, chunks, fields: { ...fields, ...to, gradient: 0, gradientStride: 0, accumulate: 0 } }),
      ];
    },
    maxPoolGradient: (label, input, gradient, target, accumulate) => {
      const { fields, chunks } = poolFields(input, gradient);
      const to = {
        ...{ gradient: address(gradient), gradientStride: gradient.stride },
        ...{ output: address(target), outputStride: target.stride, accumulate: accumulate ? 1 : 0 },
      };
      return [call('maxPoolGradient', { label, chunks, fields: { ...fields, ...to } })];
    },
    loss: (logits, gradient, masks, terms) => {
      const pixels = logits.side ** 2;
      // A pixel costs as much as some 32 values of a pass over memory.
      const { each, chunks } = cut(pixels, 32);
      const fields = {
        ...{ logits: address(logits), logitsStride: logits.stride },
        ...{ gradient: address(gradient), gradientStride: gradient.stride, masks },
        sums: scratch('loss sums', batch * chunks * 64),
        factors: scratch('loss factors', batch * 16),
        ...{ result: slots.result, pixels, pixelsPerChunk: each, chunks, images: batch, ...terms },
      };
      return [
        call('lossSums', { label: 'loss sums', chunks: batch * chunks, fields }),
        call('loss', { label: 'loss', chunks: 1, fields }),
        call('lossGradient', { label: 'loss gradient', chunks: batch * chunks, fields }),
      ];
    },
    probabilities: logits => {
      const pixels = batch * logits.side ** 2;
      const { each, chunks } = cut(pixels, 32);
      const fields = {
        ...{ logits: address(logits), logitsStride: logits.stride },
        ...{ probabilities: slots.probabilities, pixels, pixelsPerChunk: each },
      };
      return [call('probabilities', { label: 'probabilities', chunks, fields })];
    },
    adam: ({ count, ...terms }, clip) => {
      const { each: quarters, chunks } = cut(Math.ceil(count / 4), 16, 256);
      const fields = {
        ...{ step, gradients: slots.gradients, weights: slots.weights, first: slots.first, second: slots.second },
        average: slots.average ?? 0,
        squares: clip > 0 ? scratch('gradient length', chunks * 8) : 0,
        ...{ count, valuesPerChunk: quarters * 4, chunks, clip, ...terms },
        ...{ rest1: 1 - terms.beta1, rest2: 1 - terms.beta2 },
      };
      return [
        ...(clip > 0 ? [call('squares', { label: 'gradient length', chunks, fields })] : []),
        call('adam', { label: 'adam', chunks, fields }),
      ];
    },
    beforeForward: () => convs.packForward(),
    beforeBackward: () => convs.packBackward(),
    tables: () => [...tables, ...convs.tables],
  };
}
