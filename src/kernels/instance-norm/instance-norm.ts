/** Host side of the instance norm's shaders: statistics and application, forward and backward, with what is fused into them. */
import { type Dispatch, floatBits, grid, read, SHAPE, type Slot, STEP, type View, write } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import { expand } from '../template.ts';
import applySource from './apply.wgsl?raw';
import gradientsSource from './parameter-gradients.wgsl?raw';
import statisticsSource from './statistics.wgsl?raw';

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

function statistics(args: NormArguments, to: Pairs, { lanes, strips }: Strips, gradient?: View): Dispatch {
  const { input, moments, dropout } = args;
  const code = expand(randomSource + statisticsSource, {
    constants: { LANES: lanes, STRIPS: strips, ...common(args) },
    flags: { backward: gradient !== undefined, shared: strips > 1 },
  });
  return {
    label: `${args.label} ${gradient ? 'sums' : 'moments'}`,
    code,
    bindings: [
      SHAPE,
      STEP,
      read(input.slot),
      write(to.slot),
      ...(gradient ? [read(gradient.slot), read(moments.slot), read(args.parameters)] : []),
    ],
    words: [
      input.side * input.side,
      input.channels,
      input.stride,
      input.offset,
      gradient?.stride ?? 0,
      gradient?.offset ?? 0,
      to.at,
      to.stride,
      moments.at,
      moments.stride,
      args.gammaAt,
      args.betaAt,
      dropout?.stream ?? 0,
      floatBits(dropout?.rate ?? 0),
    ],
    workgroups: [Math.ceil(input.channels / lanes), input.batch],
    flops: 0,
  };
}

/** Mean and 1 / deviation of every image and channel, into `moments`. */
export function normMoments(args: NormArguments, strips: Strips): Dispatch {
  return statistics(args, args.moments, strips);
}

/** The two sums that the backward pass needs, into `sums`. */
export function normSums(args: NormBackward, strips: Strips): Dispatch {
  return statistics(args, args.sums, strips, args.gradient);
}

function apply(args: NormArguments, output: View, accumulate: boolean, back?: NormBackward): Dispatch {
  const { input, moments, dropout } = args;
  const pixels = input.side * input.side;
  const each = 8;
  const workgroup = 64;
  const threads = input.batch * Math.ceil(pixels / each) * input.channels;
  return {
    label: `${args.label} ${back ? 'gradient' : 'apply'}`,
    code: expand(randomSource + applySource, {
      constants: { WORKGROUP: workgroup, E: each, ...common(args) },
      flags: { backward: back !== undefined },
    }),
    bindings: [
      SHAPE,
      STEP,
      read(input.slot),
      write(output.slot),
      read(moments.slot),
      read(args.parameters),
      ...(back ? [read(back.gradient.slot), read(back.sums.slot)] : []),
    ],
    words: [
      threads,
      pixels,
      input.channels,
      input.stride,
      input.offset,
      output.stride,
      output.offset,
      back?.gradient.stride ?? 0,
      back?.gradient.offset ?? 0,
      moments.at,
      moments.stride,
      back?.sums.at ?? 0,
      back?.sums.stride ?? 0,
      args.gammaAt,
      args.betaAt,
      dropout?.stream ?? 0,
      floatBits(dropout?.rate ?? 0),
      accumulate ? 1 : 0,
    ],
    workgroups: grid(threads, workgroup),
    flops: 0,
  };
}

export function normApply(args: NormArguments, output: View): Dispatch {
  return apply(args, output, false);
}

/** Gradient by the input, before dropout. */
export function normGradient(args: NormBackward, output: View, accumulate: boolean): Dispatch {
  return apply(args, output, accumulate, args);
}

/** γ's and β's gradients of all norms: `channels` in all, each with two targets in `gradients`. */
export function normParameterGradients(
  slots: Record<'sums' | 'targets' | 'gradients', Slot>,
  channels: number,
  images: number,
): Dispatch {
  const workgroup = 64;
  return {
    label: 'norm parameter gradients',
    code: expand(gradientsSource, { constants: { WORKGROUP: workgroup } }),
    bindings: [SHAPE, read(slots.sums), read(slots.targets), write(slots.gradients)],
    words: [channels, images],
    workgroups: grid(channels, workgroup),
    flops: 0,
  };
}
