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
  readonly strips: { readonly LANES: number; readonly STRIPS: number };
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
  return { main, chunks, partial, strips: { LANES: lanes, STRIPS: strips } };
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
  return inPasses(args, statistics(args, args.moments, strips), strips, args.moments, { output, accumulate: false });
}

/** Gradient by the input, before dropout, into `output`, and the sums from which γ's and β's gradients follow. */
export function normGradientDispatches(
  args: NormBackward,
  output: View,
  accumulate: boolean,
  strips: Strips,
): Dispatch[] {
  const found = statistics(args, args.sums, strips, args.gradient);
  return inPasses(args, found, strips, args.sums, { output, accumulate, back: args });
}

interface Application {
  readonly output: View;
  readonly accumulate: boolean;
  readonly back?: NormBackward;
}

/**
 * Statistics, then their application. Threads that work in strips join a large image's chunks where they apply them, and sum an image of
 * one chunk there, too: one dispatch less to begin, for sums that every workgroup makes again. Without strips, which is where a barrier is
 * dear, statistics and chunks have dispatches of their own.
 */
function inPasses(args: NormArguments, found: Statistics, { strips }: Strips, to: Pairs, application: Application) {
  const backward = application.back !== undefined;
  if (strips > 1) return [...(found.partial ? [found.main] : []), apply(args, application, found)];
  return [found.main, ...join(args, to, found, backward), apply(args, application)];
}

/** Channels and rows of threads in a workgroup that joins chunks, and the pixels that it makes. */
const JOINING = { LANES: 16, ROWS: 16, RUN: 512 };

function apply(args: NormArguments, { output, accumulate, back }: Application, found?: Statistics): Dispatch {
  const { input, moments, dropout } = args;
  const pixels = input.side * input.side;
  const each = 8;
  const workgroup = 64;
  const threads = input.batch * Math.ceil(pixels / each) * input.channels;
  const backward = back !== undefined;
  const joining = found?.partial !== undefined;
  const whole = found !== undefined && !joining;
  const group = whole ? { ...found.strips, ROWS: found.strips.STRIPS, RUN: CHUNK } : JOINING;
  return makeDispatch<Shaders['instance-norm/apply']>({
    label: `${args.label} ${back ? 'gradient' : 'apply'}`,
    code: expand(randomSource + applySource + (joining ? joinSource : '') + (whole ? sumsSource : ''), {
      stored: input.stored,
      constants: { ...(found ? group : { WORKGROUP: workgroup, E: each }), ...common(args) },
      flags: { backward, joining, whole, shared: whole, finds: !!found, findsMoments: !!found && !backward },
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
      chunk: CHUNK,
      chunks: found?.chunks ?? 1,
    },
    buffers: {
      input: input.slot,
      output: output.slot,
      moments: moments.slot,
      parameters: args.parameters,
      gradient: back?.gradient.slot,
      sums: back?.sums.slot,
      partial: joining ? found.partial : undefined,
    },
    workgroups: found
      ? [Math.ceil(input.channels / group.LANES), input.batch * Math.ceil(pixels / group.RUN)]
      : grid(threads, workgroup),
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
