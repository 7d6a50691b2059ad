/**
 * Where our kernels stand in for operations of stock tfjs, they meet the expectations that tfjs-core ships as its own tests.
 * Those files are run as they lie in the package, on tfjs's WebGPU backend, with our kernels registered in place of its own.
 *
 * A test whose shapes our kernels are not made for, and one that reaches no kernel, is skipped and says so; how many ran and
 * passed is fixed at the end.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adamDispatch } from '../../kernels/adam/adam.ts';
import { type ConvArguments, convDispatches, convTiles } from '../../kernels/conv/conv.ts';
import { deriveDispatch, derivedCount, deriveTables } from '../../kernels/conv/derive-weights.ts';
import { filterGradientDispatches, filterTiles } from '../../kernels/conv/filter-gradient.ts';
import { joinedAtOnce } from '../../kernels/conv/partial-sums.ts';
import type { Binding, Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import { leakyReluGradientDispatch } from '../../kernels/leaky-relu/leaky-relu-gradient.ts';
import { STEP_BYTES, stepBytes } from '../../kernels/step.ts';
import { upsampleGradientDispatch } from '../../kernels/upsample/upsample-gradient.ts';
import { failOnGpuErrors, sharedGpu } from '../../testing/gpu.ts';
import { slot } from '../../testing/kernels.ts';
import { PipelineCache } from '../compiled/pipelines.ts';
import { SHAPE_STRIDE } from '../compiled/plan-bytes.ts';
import { openTfjsBackend } from './backend.ts';

failOnGpuErrors();

const gpu = await sharedGpu();

function cover(covered: boolean, what: string): void {
  if (covered) return;
  missing = what;
  throw new Error(`not covered: ${what}`);
}

/** What the test under way asked for that our kernels are not made for. */
let missing: string | undefined;

/** How often one of our kernels was reached by the test under way. */
let reached = 0;

type Info = tf.TensorInfo;

/** Dispatches on tensors of tfjs, in the order of its own queue. */
class StandIn {
  readonly #device: GPUDevice;
  readonly #backend: WebGPUBackend;
  readonly #buffers = new Map<Slot, GPUBuffer>();
  readonly #cache: PipelineCache;

  constructor(device: GPUDevice, backend: WebGPUBackend) {
    this.#device = device;
    this.#backend = backend;
    this.#cache = new PipelineCache(device);
  }

  #buffer({ dataId }: Info): GPUBuffer {
    this.#backend.uploadToGPU(dataId);
    return this.#backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  /** A slot that is the tensor's own buffer. */
  slot(info: Info): Slot {
    cover(info.dtype === 'float32', `values of ${info.dtype}`);
    const made = slot('tensor', tf.util.sizeFromShape(info.shape));
    this.#buffers.set(made, this.#buffer(info));
    return made;
  }

  /** [batch, side, side, channels] of the tensor's values. */
  view(info: Info, batch: number, side: number, channels: number): View {
    return { slot: this.slot(info), batch, side, channels, stride: channels, offset: 0, stored: 'f32' };
  }

  scratch(words: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | number): Slot {
    const made = slot('scratch', typeof words === 'number' ? words : words.length);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.#device.createBuffer({ size: made.bytes, usage });
    if (typeof words !== 'number') this.#device.queue.writeBuffer(buffer, 0, words);
    this.#buffers.set(made, buffer);
    return made;
  }

  make(shape: number[]): Info {
    const info = this.#backend.makeTensorInfo(shape, 'float32');
    this.#buffer(info);
    return info;
  }

  copy(source: Info): Info {
    const made = this.make(source.shape);
    const [from, to] = [this.#buffer(source), this.#buffer(made)];
    this.#submit(encoder => {
      encoder.copyBufferToBuffer(from, 0, to, 0, tf.util.sizeFromShape(source.shape) * 4);
    });
    return made;
  }

  run(dispatches: readonly Dispatch[], step = stepBytes({ ...NO_STEP, learningRate: 0, step: 1 })): void {
    reached++;
    const device = this.#device;
    this.#submit(encoder => {
      const pass = encoder.beginComputePass();
      for (const { code, bindings, words, workgroups } of dispatches) {
        const module = device.createShaderModule({ code });
        const layout = this.#cache.layout(bindings);
        const pipeline = device.createComputePipeline({
          layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
          compute: { module, entryPoint: 'main' },
        });
        const entries = bindings.map(binding => ({
          binding: binding.at,
          resource: { buffer: this.#bound(binding, words, step) },
        }));
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
        pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
      }
      pass.end();
    });
  }

  #bound(binding: Binding, words: readonly number[], step: ArrayBuffer): GPUBuffer {
    if (binding.kind === 'shape') return this.#uniform(words, SHAPE_STRIDE);
    if (binding.kind === 'step') return this.#uniform([...new Uint32Array(step)], STEP_BYTES);
    const buffer = this.#buffers.get(binding.slot);
    if (!buffer) throw new Error(`no buffer for ${binding.slot.name}`);
    return buffer;
  }

  #uniform(words: readonly number[], size: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ size, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.#device.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
    return buffer;
  }

  /** After all that tfjs has recorded so far. */
  #submit(record: (encoder: GPUCommandEncoder) => void): void {
    const own = this.#backend as unknown as Record<'ensureCommandEncoderReady' | 'endComputePassEncoder', () => void>;
    own.ensureCommandEncoderReady();
    own.endComputePassEncoder();
    this.#backend.submitQueue();
    const encoder = this.#device.createCommandEncoder();
    record(encoder);
    this.#device.queue.submit([encoder.finish()]);
  }
}

const NO_STEP = { seed: 0, dropout: false, beta1: 0.9, beta2: 0.999 };

type Conv2DInfo = Parameters<typeof tf.backend_util.computeConv2DInfo>;

interface ConvAttributes {
  readonly strides: Conv2DInfo[2];
  readonly dilations?: Conv2DInfo[3];
  readonly pad: Conv2DInfo[4];
  readonly dimRoundingMode?: Conv2DInfo[5];
  readonly dataFormat: string;
}

/** What of a convolution's geometry our kernels are made for; throws for the rest. */
function geometry(
  x: number[],
  filter: number[],
  { strides, pad, dataFormat, dilations = 1, dimRoundingMode }: ConvAttributes,
) {
  cover(dataFormat === 'NHWC', `layout ${dataFormat}`);
  const info = tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  cover(info.dilationHeight === 1 && info.dilationWidth === 1, 'dilation');
  cover(info.inHeight === info.inWidth && info.outHeight === info.outWidth, 'images that are not square');
  cover(info.filterHeight === info.filterWidth, 'kernels that are not square');
  cover(info.strideHeight === info.strideWidth && info.strideHeight <= 2, 'strides other than 1 and 2');
  cover(info.padInfo.top === info.padInfo.left, 'unequal padding');
  return {
    batch: info.batchSize,
    side: info.inHeight,
    outputSide: info.outHeight,
    inputs: info.inChannels,
    outputs: info.outChannels,
    kernel: info.filterHeight,
    stride: info.strideHeight,
    pad: info.padInfo.top,
    outShape: info.outShape,
  };
}

function conv(standIn: StandIn, args: Omit<ConvArguments, 'label' | 'tile'>): void {
  const [tile] = convTiles(args.form, args.stride, args.output.channels, args.output.side);
  if (!tile) throw new Error('no tile');
  standIn.run(convDispatches({ label: 'conv', ...args, tile }));
}

/** The kernels that ours stand in for, by tfjs's names. */
function kernels(standIn: StandIn): Record<string, (inputs: Record<string, Info>, attrs: never) => Info> {
  const input = (inputs: Record<string, Info>, name: string) => {
    const found = inputs[name];
    if (!found) throw new Error(`no input ${name}`);
    return found;
  };
  return {
    Conv2D(inputs, attrs) {
      const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
      const g = geometry(x.shape, filter.shape, attrs);
      const y = standIn.make(g.outShape);
      conv(standIn, {
        form: 'plain',
        kernel: g.kernel,
        stride: g.stride,
        pad: g.pad,
        input: standIn.view(x, g.batch, g.side, g.inputs),
        output: standIn.view(y, g.batch, g.outputSide, g.outputs),
        weights: standIn.slot(filter),
        weightsAt: 0,
      });
      return y;
    },
    Conv2DBackpropInput(inputs, attrs) {
      const [dy, filter] = [input(inputs, 'dy'), input(inputs, 'filter')];
      const { inputShape } = attrs as { inputShape: number[] };
      const g = geometry(inputShape, filter.shape, attrs);
      cover(g.stride === 1 || g.side === 2 * g.outputSide, 'a stride of 2 over an odd side');
      const dx = standIn.make(inputShape);
      const one = { source: 0, to: 0, kernel: g.kernel, inputs: g.inputs, outputs: g.outputs, raised: false };
      const tables = deriveTables([one]);
      const derived = standIn.scratch(derivedCount(one));
      const slots = { convs: standIn.scratch(tables.convs), blocks: standIn.scratch(tables.blocks) };
      standIn.run([deriveDispatch({ ...slots, weights: standIn.slot(filter), derived }, tables.blocks.length / 2)]);
      conv(standIn, {
        form: g.stride === 2 ? 'dilated' : 'plain',
        kernel: g.kernel,
        stride: 1,
        pad: g.stride === 2 ? g.pad : g.kernel - 1 - g.pad,
        input: standIn.view(dy, g.batch, g.outputSide, g.outputs),
        output: standIn.view(dx, g.batch, g.side, g.inputs),
        weights: derived,
        weightsAt: 0,
      });
      return dx;
    },
    Conv2DBackpropFilter(inputs, attrs) {
      const [x, dy] = [input(inputs, 'x'), input(inputs, 'dy')];
      const { filterShape } = attrs as { filterShape: number[] };
      const g = geometry(x.shape, filterShape, attrs);
      const dw = standIn.make(filterShape);
      const [tile] = filterTiles(g.kernel, g.inputs, g.outputs, g.batch * g.outputSide, 512);
      if (!tile) throw new Error('no tile');
      const dispatches = filterGradientDispatches({
        label: 'filter',
        kernel: g.kernel,
        stride: g.stride,
        pad: g.pad,
        upsampled: false,
        input: standIn.view(x, g.batch, g.side, g.inputs),
        gradient: standIn.view(dy, g.batch, g.outputSide, g.outputs),
        result: standIn.slot(dw),
        to: 0,
        tile,
        partials: joinedAtOnce(bytes => standIn.scratch(bytes / 4)),
      });
      standIn.run(dispatches);
      return dw;
    },
    // In our engine a leaky ReLU is what a convolution does with its sums: here with those of a 1×1 identity.
    LeakyRelu(inputs, attrs) {
      const x = input(inputs, 'x');
      const y = standIn.make(x.shape);
      const values = tf.util.sizeFromShape(x.shape);
      conv(standIn, {
        form: 'plain',
        kernel: 1,
        stride: 1,
        pad: 0,
        input: standIn.view(x, values, 1, 1),
        output: standIn.view(y, values, 1, 1),
        weights: standIn.scratch(Float32Array.of(1)),
        weightsAt: 0,
        slope: (attrs as { alpha: number }).alpha,
      });
      return y;
    },
    [LEAKY_GRADIENT](inputs, attrs) {
      const [y, dy] = [input(inputs, 'y'), input(inputs, 'dy')];
      const dx = standIn.copy(dy);
      const values = tf.util.sizeFromShape(y.shape);
      const { alpha } = attrs as { alpha: number };
      const views = [standIn.view(y, values, 1, 1), standIn.view(dx, values, 1, 1)] as const;
      standIn.run([leakyReluGradientDispatch('leaky', ...views, alpha)]);
      return dx;
    },
    // In our engine upsampling is a way in which a 3×3 convolution reads: here one that keeps its centre.
    ResizeNearestNeighbor(inputs, attrs) {
      const images = input(inputs, 'images');
      const { alignCorners, size } = attrs as { alignCorners: boolean; size: [number, number] };
      const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
      cover(!alignCorners, 'aligned corners');
      cover(height === width && size[0] === 2 * height && size[1] === 2 * width, 'scales other than 2');
      const weights = new Float32Array(9 * channels * channels);
      for (let c = 0; c < channels; c++) weights[(4 * channels + c) * channels + c] = 1;
      const y = standIn.make([batch, ...size, channels]);
      conv(standIn, {
        form: 'upsampled',
        kernel: 3,
        stride: 1,
        pad: 1,
        input: standIn.view(images, batch, height, channels),
        output: standIn.view(y, batch, 2 * height, channels),
        weights: standIn.scratch(weights),
        weightsAt: 0,
      });
      return y;
    },
    ResizeNearestNeighborGrad(inputs, attrs) {
      const [images, dy] = [input(inputs, 'images'), input(inputs, 'dy')];
      const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
      cover(!(attrs as { alignCorners: boolean }).alignCorners, 'aligned corners');
      cover(height === width && dy.shape[1] === 2 * height && dy.shape[2] === 2 * width, 'scales other than 2');
      const dx = standIn.make(images.shape);
      const gradient = standIn.view(dy, batch, 2 * height, channels);
      standIn.run([upsampleGradientDispatch('up', gradient, standIn.view(dx, batch, height, channels), false)]);
      return dx;
    },
  };
}

const LEAKY_GRADIENT = 'LeakyReluGradient';

interface TfjsAdam {
  iterations: number;
  incrementIterations(): void;
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accumulatedFirstMoment: { originalName: string; variable: tf.Variable }[];
  accumulatedSecondMoment: { originalName: string; variable: tf.Variable }[];
  applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void;
}

/** tfjs's optimizer with our update. */
function replaceAdam(standIn: StandIn): void {
  const prototype = Object.getPrototypeOf(tf.train.adam(1)) as TfjsAdam;
  prototype.applyGradients = function (this: TfjsAdam, gradients) {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    named.forEach(({ name, tensor }, i) => {
      const value = tf.engine().registeredVariables[name];
      if (!value) throw new Error(`no variable ${name}`);
      const moment = (all: TfjsAdam['accumulatedFirstMoment'], suffix: string) => {
        all[i] ??= { originalName: `${name}/${suffix}`, variable: tf.tidy(() => tf.zerosLike(value).variable(false)) };
        return all[i].variable;
      };
      const variables = [
        value,
        moment(this.accumulatedFirstMoment, 'm'),
        moment(this.accumulatedSecondMoment, 'v'),
      ] as const;
      tf.tidy(() => {
        // tfjs's tensors are shared and never change: the update is made on copies.
        const [weights, first, second] = variables.map(variable => standIn.copy(variable)) as [Info, Info, Info];
        const { learningRate, beta1, beta2, epsilon } = this;
        const dispatch = adamDispatch({
          slots: {
            gradients: standIn.slot(tensor),
            weights: standIn.slot(weights),
            first: standIn.slot(first),
            second: standIn.slot(second),
          },
          ...{ count: value.size, kernels: 0, l2: 0, beta1, beta2, epsilon },
        });
        const step = this.iterations + 1;
        standIn.run([dispatch], stepBytes({ ...NO_STEP, learningRate, step, beta1, beta2 }));
        variables.forEach((variable, j) => {
          variable.assign(tf.engine().makeTensorFromTensorInfo([weights, first, second][j] as Info));
        });
      });
    });
    this.incrementIterations();
  };
}

const outcome: Record<string, { passed: number; notCovered: number; noKernel: number }> = {};

/** Runs one of the package's test files: its imports are what is given here, its jasmine is Vitest. */
function runFile(path: string): void {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));
  const source = readFileSync(join(folder, 'dist', path), 'utf8').replace(/^import .*$/gm, '');
  const tally = { passed: 0, notCovered: 0, noKernel: 0 };
  outcome[path] = tally;
  let before = 0;
  const wrapped = (name: string, body: () => unknown) =>
    it(name, async context => {
      reached = 0;
      missing = undefined;
      // Each test expects to find no tensors of another.
      before = tf.memory().numTensors;
      try {
        await body();
      } catch (error) {
        // A test may have wrapped the error in one of its own, for example where nothing is to be thrown.
        if (missing === undefined) throw error;
      }
      if (missing !== undefined) {
        tally.notCovered++;
        context.skip(`not covered: ${missing}`);
      }
      if (reached === 0) {
        tally.noKernel++;
        context.skip('reaches no kernel of ours');
      }
      tally.passed++;
    });
  const given = {
    tf: { ...tf, memory: () => ({ ...tf.memory(), numTensors: tf.memory().numTensors - before }) },
    ALL_ENVS: {},
    describeWithFlags: (name: string, _: unknown, body: () => void) => {
      describe(`${path}: ${name}`, () => body());
    },
    expectArraysClose: tf.test_util.expectArraysClose,
    backend: tf.backend,
    it: wrapped,
    expect,
  };
  new Function(...Object.keys(given), source)(...Object.values(given));
}

describe.skipIf(!gpu)('the expectations of tfjs-core 4.22.0', () => {
  beforeAll(async () => {
    if (!gpu) return;
    // tfjs only looks whether it is there: the device is given.
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: {}, userAgent: 'Node' }, configurable: true });
    const opened = await openTfjsBackend({ kind: 'webgpu', device: gpu.device, info: gpu.info });
    opened.use();
    const backendName = tf.getBackend();
    const standIn = new StandIn(gpu.device, tf.backend() as unknown as WebGPUBackend);
    for (const [kernelName, compute] of Object.entries(kernels(standIn))) {
      if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel({
        kernelName,
        backendName,
        kernelFunc: ({ inputs, attrs }) => compute(inputs as Record<string, Info>, attrs as never),
      });
    }
    tf.unregisterGradient('LeakyRelu');
    tf.registerGradient({
      kernelName: 'LeakyRelu',
      outputsToSave: [true],
      gradFunc: (dy, [y], attrs) => ({
        x: () =>
          tf.engine().runKernel(LEAKY_GRADIENT, { dy, y } as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as tf.Tensor,
      }),
    });
    replaceAdam(standIn);
  });

  runFile('ops/conv2d_test.js');
  runFile('ops/leaky_relu_test.js');
  runFile('ops/image/resize_nearest_neighbor_test.js');
  runFile('optimizers/adam_optimizer_test.js');

  afterAll(() => {
    expect(outcome).toEqual({
      'ops/conv2d_test.js': { passed: 14, notCovered: 15, noKernel: 15 },
      'ops/leaky_relu_test.js': { passed: 7, notCovered: 1, noKernel: 2 },
      'ops/image/resize_nearest_neighbor_test.js': { passed: 3, notCovered: 32, noKernel: 1 },
      'optimizers/adam_optimizer_test.js': { passed: 2, notCovered: 0, noKernel: 1 },
    });
  });
});
