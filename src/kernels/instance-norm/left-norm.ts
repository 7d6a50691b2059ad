/**
 * Host side of joined.wgsl and gradient.wgsl: a norm whose output nobody writes. Those who read its input normalise what they read
 * (through.wgsl), and its sums are found block by block where its input and its output's gradient are made (blocks.ts).
 */
import { bytesOf, type Dispatch, makeDispatch, type Slot, type View } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import { type BlockPartials, blockGeometry, blocksIn, type ThroughNorm } from './blocks.ts';
import gradientSource from './gradient.wgsl?raw';
import type { Pairs } from './instance-norm.ts';
import joinSource from './join-blocks.wgsl?raw';
import joinedSource from './joined.wgsl?raw';
import throughSource from './through.wgsl?raw';

/** Where a norm's blocks lie: its channels may be some of those of the tensor that was summed. */
export interface NormPartials extends BlockPartials {
  /** The norm's first channel. */
  readonly offset: number;
}

export interface LeftNorm {
  readonly label: string;
  /** As dropout left it. */
  readonly input: View;
  /** `at` is the place of the norm's first channel. */
  readonly norm: ThroughNorm;
}

/** The coefficients of all norms of a plan, in one slot. Each tensor has its own, laid out as its channels are. */
export class Coefficients {
  readonly #first = new Map<Slot, number>();
  #values = 0;
  readonly slot: Slot;

  constructor(name: string) {
    const bytes = () => Math.max(16, this.#values * 4);
    this.slot = {
      name,
      persistent: false,
      // Known when all have been placed, which is before anybody makes a buffer of it.
      get bytes() {
        return bytes();
      },
    };
  }

  of({ slot, batch, stride, offset }: View, slope: number): ThroughNorm {
    const first = this.#first.get(slot) ?? this.#values;
    if (!this.#first.has(slot)) {
      this.#first.set(slot, first);
      // Vectors of four begin at multiples of four values.
      this.#values += Math.ceil((batch * 4 * stride) / 4) * 4;
    }
    return { coefficients: this.slot, at: first + offset, stride, slope };
  }
}

/** Channels and threads of each in a workgroup that does nothing but join: the blocks of a large image are thousands. */
const JOINING = { LANES: 4, STRIPS: 64 };
/** And of one that applies what it finds to RUN pixels. */
const APPLYING = { LANES: 16, STRIPS: 16, RUN: 512 };
/** Blocks that every workgroup joins again rather than have a dispatch join them once. */
const FEW_BLOCKS = 128;

/** From the sums of its input's blocks, the coefficients of a norm: γ from `gammaAt` and β from `betaAt` among the parameters. */
export function normCoefficients(
  { label, input, norm }: LeftNorm,
  partials: NormPartials,
  { parameters, gammaAt, betaAt, epsilon }: { parameters: Slot; gammaAt: number; betaAt: number; epsilon: number },
): Dispatch {
  return join(`${label} moments`, input, partials, epsilon, {
    to: { at: norm.at, stride: norm.stride },
    gamma: gammaAt,
    beta: betaAt,
    buffers: { coefficients: norm.coefficients, parameters },
  });
}

interface JoinTarget {
  readonly to: { readonly at: number; readonly stride: number };
  readonly gamma: number;
  readonly beta: number;
  readonly buffers: { coefficients?: Slot; parameters?: Slot; pairs?: Slot };
}

function join(label: string, input: View, partials: NormPartials, epsilon: number, target: JoinTarget): Dispatch {
  const moments = target.buffers.coefficients !== undefined;
  const { batch, side, channels } = input;
  return makeDispatch<Shaders['instance-norm/joined']>({
    label,
    code: expand(joinedSource + blockGeometry + joinSource, {
      constants: { ...JOINING, STEP: partials.step, epsilon },
      flags: { moments, sums: !moments },
    }),
    shape: {
      side,
      channels,
      partialChannels: partials.channels,
      partialOffset: partials.offset,
      to: target.to.at,
      imageStride: target.to.stride,
      gamma: target.gamma,
      beta: target.beta,
    },
    buffers: { partial: partials.slot, ...target.buffers },
    workgroups: [Math.ceil(channels / JOINING.LANES), batch],
    bytes: batch * channels * (blocksIn(side, partials.step) * 8 + 16),
  });
}

export interface LeftNormBackward extends LeftNorm {
  /** Of the norm's (and leaky ReLU's) output. */
  readonly gradient: View;
  readonly sums: Pairs;
  /** Between what the tensor was and what dropout left of it. */
  readonly dropout: { readonly rate: number; readonly stream: number } | undefined;
}

/** Gradient by what dropout was given, into `output`, and the sums from which γ's and β's gradients follow. */
export function leftNormGradient(
  args: LeftNormBackward,
  partials: NormPartials,
  output: View,
  accumulate: boolean,
): Dispatch[] {
  const { label, input, norm, gradient, sums, dropout } = args;
  const { batch, side, channels } = input;
  const joining = blocksIn(side, partials.step) <= FEW_BLOCKS;
  const views = [input, gradient, output];
  const fours =
    channels % 4 === 0 &&
    norm.at % 4 === 0 &&
    norm.stride % 4 === 0 &&
    views.every(({ stride, offset }) => stride % 4 === 0 && offset % 4 === 0);
  const pairs = { to: sums, gamma: 0, beta: 0, buffers: { pairs: sums.slot } };
  const gradients = makeDispatch<Shaders['instance-norm/gradient']>({
    label: `${label} gradient`,
    code: expand(randomSource + gradientSource + throughSource + (joining ? blockGeometry + joinSource : ''), {
      stored: input.stored,
      constants: { ...APPLYING, STEP: partials.step },
      flags: { joining, moments: false, sums: true, fours, wide: fours },
    }),
    shape: {
      side,
      channels,
      inputStride: input.stride,
      inputOffset: input.offset,
      outputStride: output.stride,
      outputOffset: output.offset,
      gradientStride: gradient.stride,
      gradientOffset: gradient.offset,
      coefficients: norm.at,
      coefficientStride: norm.stride,
      partialChannels: partials.channels,
      partialOffset: partials.offset,
      sums: sums.at,
      sumsStride: sums.stride,
      stream: dropout?.stream ?? 0,
      rate: dropout?.rate ?? 0,
      accumulate: accumulate ? 1 : 0,
      normSlope: norm.slope,
    },
    buffers: {
      input: input.slot,
      output: output.slot,
      gradient: gradient.slot,
      coefficients: norm.coefficients,
      pairs: sums.slot,
      partial: joining ? partials.slot : undefined,
    },
    workgroups: [Math.ceil(channels / APPLYING.LANES), batch * Math.ceil(side ** 2 / APPLYING.RUN)],
    bytes: bytesOf(input) + bytesOf(gradient) + bytesOf(output) * (accumulate ? 2 : 1),
  });
  return [...(joining ? [] : [join(`${label} sums`, input, partials, 0, pairs)]), gradients];
}
