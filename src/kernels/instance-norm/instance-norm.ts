/** Host side of the instance norm's shaders: statistics and application, forward and backward, with what is fused into them. */
import { bytesOf, type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import applySource from './apply.wgsl?raw';
import joinSource from './join-chunks.wgsl?raw';
import gradientsSource from './parameter-gradients.wgsl?raw';
import statisticsSource from './statistics.wgsl?raw';
import chunksSource from './statistics-of-chunks.wgsl?raw';
import sumsSource from './sums-of-chunk.wgsl?raw';

/** A norm's pairs of numbers of every image and channel: [image, channel] from pair `at`, `stride` pairs an image. */
export interface Pairs {
  readonly slot: Slot;
  readonly at: number;
  readonly stride: number;
}

export interface NormArguments {
  readonly label: string;
  /** Before dropout and norm. */
  readonly input: View;
  readonly parameters: Slot;
  readonly gammaAt: number;
  readonly betaAt: number;
  readonly epsilon: number;
  /** Of the leaky ReLU after the norm; 1 for none. */
  readonly slope: number;
  /** Between the input and the norm. */
  readonly dropout?: { readonly rate: number; readonly stream: number } | undefined;
  readonly moments: Pairs;
  /** Makes the slot for what single chunks of a large image give. */
  readonly scratch: (bytes: number) => Slot;
}

export interface NormBackward extends NormArguments {
  /** Of the norm's (and leaky ReLU's) output. */
  readonly gradient: View;
  readonly sums: Pairs;
}

/** Channels and strips of pixels in a workgroup; one strip needs no barrier. */
export interface Strips {
  readonly lanes: number;
  readonly strips: number;
}

function common(args: NormArguments): Record<string, number> {
  return { slope: args.slope, epsilon: args.epsilon };
}

/** Pixels of an image that are summed on their own: enough threads for a GPU, and short sums for exactness. */
const CHUNK = 1024;

/** What statistics gave: of whole images, or of their chunks. */
interface Statistics {
  readonly main: Dispatch;
  readonly chunks: number;
  /** [image, chunk, channel], where there is more than one chunk. */
  readonly partial: Slot | undefined;
}

function statistics(args: NormArguments, to: Pairs, { lanes, strips }: Strips, gradient?: View): Statistics {
  const { input, moments, dropout } = args;
  const backward = gradient !== undefined;
  const pixels = input.side * input.side;
  const chunks = Math.ceil(pixels / CHUNK);
  const partial = chunks > 1 ? args.scratch(input.batch * chunks * input.channels * 8) : undefined;
  const main = makeDispatch<Shaders['instance-norm/statistics']>({
    label: `${args.label} ${backward ? 'sums' : 'moments'}`,
    code: expand(randomSource + statisticsSource + sumsSource, {
      stored: input.stored,
      constants: { LANES: lanes, STRIPS: strips, ...common(args) },
      flags: { backward, shared: strips > 1 },
    }),
    shape: {
      pixels,
      channels: input.channels,
      inputStride: input.stride,
      inputOffset: input.offset,
      gradientStride: gradient?.stride ?? 0,
      gradientOffset: gradient?.offset ?? 0,
      to: to.at,
      imageStride: to.stride,
      moments: moments.at,
      momentsStride: moments.stride,
      gamma: args.gammaAt,
      beta: args.betaAt,
      stream: dropout?.stream ?? 0,
      rate: dropout?.rate ?? 0,
      chunk: CHUNK,
      chunks,
    },
    buffers: {
      input: input.slot,
      result: partial ?? to.slot,
      ...(gradient ? { gradient: gradient.slot, moments: moments.slot, parameters: args.parameters } : {}),
    },
    workgroups: [Math.ceil(input.channels / lanes), input.batch * chunks],
    bytes: bytesOf(input) + (gradient ? bytesOf(gradient) : 0) + input.batch * chunks * input.channels * 8,
  });
  return { main, chunks, partial };
}

/** Chunks joined by a dispatch of their own; none where there is one chunk. */
function join({ input, epsilon }: NormArguments, to: Pairs, { main, chunks, partial }: Statistics, backward: boolean) {
  if (!partial) return [];
  const threads = input.batch * input.channels;
  const workgroup = 32;
  return [
    makeDispatch<Shaders['instance-norm/statistics-of-chunks']>({
      label: `${main.label} of chunks`,
      code: expand(chunksSource + joinSource, { constants: { WORKGROUP: workgroup, epsilon }, flags: { backward } }),
      shape: {
        threads,
        pixels: input.side * input.side,
        channels: input.channels,
        to: to.at,
        imageStride: to.stride,
        chunk: CHUNK,
        chunks,
      },
      buffers: { partial, result: to.slot },
      workgroups: grid(threads, workgroup),
    }),
  ];
}

/** Mean and 1 / deviation of every image and channel, into `moments`: one dispatch, or two for large images. */
export function normMoments(args: NormArguments, strips: Strips): Dispatch[] {
  const found = statistics(args, args.moments, strips);
  return [found.main, ...join(args, args.moments, found, false)];
}

/** Norm and leaky ReLU of `args.input` into `output`, and the moments. */
export function normDispatches(args: NormArguments, output: View, strips: Strips): Dispatch[] {
  return [...normMoments(args, strips), apply(args, { output, accumulate: false })];
}

/** Gradient by the input, before dropout, into `output`, and the sums from which γ's and β's gradients follow. */
export function normGradientDispatches(
  args: NormBackward,
  output: View,
  accumulate: boolean,
  strips: Strips,
): Dispatch[] {
  const found = statistics(args, args.sums, strips, args.gradient);
  return [found.main, ...join(args, args.sums, found, true), apply(args, { output, accumulate, back: args })];
}

interface Application {
  readonly output: View;
  readonly accumulate: boolean;
  readonly back?: NormBackward;
}

function apply(args: NormArguments, { output, accumulate, back }: Application): Dispatch {
  const { input, moments, dropout } = args;
  const pixels = input.side * input.side;
  const each = 8;
  const workgroup = 64;
  const threads = input.batch * Math.ceil(pixels / each) * input.channels;
  return makeDispatch<Shaders['instance-norm/apply']>({
    label: `${args.label} ${back ? 'gradient' : 'apply'}`,
    code: expand(randomSource + applySource, {
      stored: input.stored,
      constants: { WORKGROUP: workgroup, E: each, ...common(args) },
      flags: { backward: back !== undefined },
    }),
    shape: {
      threads,
      pixels,
      channels: input.channels,
      inputStride: input.stride,
      inputOffset: input.offset,
      outputStride: output.stride,
      outputOffset: output.offset,
      gradientStride: back?.gradient.stride ?? 0,
      gradientOffset: back?.gradient.offset ?? 0,
      moments: moments.at,
      momentsStride: moments.stride,
      sums: back?.sums.at ?? 0,
      sumsStride: back?.sums.stride ?? 0,
      gamma: args.gammaAt,
      beta: args.betaAt,
      stream: dropout?.stream ?? 0,
      rate: dropout?.rate ?? 0,
      accumulate: accumulate ? 1 : 0,
    },
    buffers: {
      input: input.slot,
      output: output.slot,
      moments: moments.slot,
      parameters: args.parameters,
      gradient: back?.gradient.slot,
      sums: back?.sums.slot,
    },
    workgroups: grid(threads, workgroup),
    bytes: bytesOf(input) + bytesOf(output) * (accumulate ? 2 : 1) + (back ? bytesOf(back.gradient) : 0),
  });
}

/** γ's and β's gradients of all norms: `channels` in all, each with two targets in `gradients`. */
export function normParameterGradients(
  slots: Record<'sums' | 'targets' | 'gradients', Slot>,
  channels: number,
  images: number,
): Dispatch {
  const workgroup = 64;
  return makeDispatch<Shaders['instance-norm/parameter-gradients']>({
    label: 'norm parameter gradients',
    code: expand(gradientsSource, { constants: { WORKGROUP: workgroup } }),
    shape: { threads: channels, images },
    buffers: { sums: slots.sums, targets: slots.targets, gradients: slots.gradients },
    workgroups: grid(channels, workgroup),
  });
}
