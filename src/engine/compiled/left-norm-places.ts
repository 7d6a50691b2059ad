/** For norms that are left to their readers: where each one's coefficients and sums lie while a plan is built, and the dispatches of their own. */
import { stepOf } from '../../kernels/conv/conv.ts';
import type { Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import { type BlockSums, partialBytes, type ThroughNorm } from '../../kernels/instance-norm/blocks.ts';
import type { Pairs } from '../../kernels/instance-norm/instance-norm.ts';
import {
  Coefficients,
  type LeftNorm,
  leftNormGradient,
  type NormPartials,
  normCoefficients,
} from '../../kernels/instance-norm/left-norm.ts';
import { type ConvForward, type ConvInputGradient, type NormLayer, scratch } from '../lowering/operations.ts';

export class LeftNormPlaces {
  readonly #coefficients = new Coefficients('norm coefficients');
  /** Forward by the norm's input, backward by the norm. */
  readonly #moments = new Map<View, NormPartials>();
  readonly #sums = new Map<NormLayer, NormPartials>();

  /** How a convolution's input is read. */
  through({ input, through }: Pick<ConvForward, 'input' | 'through'>): ThroughNorm | undefined {
    return through && this.#coefficients.of(input, through.slope);
  }

  /** What a convolution's output is summed for, if a norm follows that is left. */
  moments({ label, output, left }: ConvForward): BlockSums | undefined {
    if (!left) return undefined;
    const partials = place(label, output, 1);
    this.#moments.set(output, partials);
    return { kind: 'moments', partials };
  }

  /** And an input gradient, for the norms whose gradient is whole with it: its target has the channels of what is read through them. */
  sums(conv: ConvInputGradient): BlockSums | undefined {
    const { label, stride, input, target, completes = [] } = conv;
    const norm = this.through(conv);
    if (!norm || completes.length === 0) return undefined;
    const partials = place(label, target, stepOf(stride === 2 ? 'dilated' : 'plain'));
    const offsets = completes.map(({ input: own }) => own.offset - input.offset);
    completes.forEach((completed, i) => {
      this.#sums.set(completed, { ...partials, offset: offsets[i] ?? 0 });
    });
    return { kind: 'sums', partials, normed: input, norm, from: Math.min(...offsets) };
  }

  coefficients(norm: NormLayer, parameters: Slot): Dispatch[] {
    const { gammaAt, betaAt, epsilon } = norm;
    const partials = found(this.#moments.get(norm.input), norm);
    return [normCoefficients(this.#left(norm), partials, { parameters, gammaAt, betaAt, epsilon })];
  }

  gradient(norm: NormLayer, gradient: View, sums: Pairs, target: View, accumulate: boolean): Dispatch[] {
    const backward = { ...this.#left(norm), gradient, sums, dropout: norm.dropout };
    return leftNormGradient(backward, found(this.#sums.get(norm), norm), target, accumulate);
  }

  #left({ label, input, slope }: NormLayer): LeftNorm {
    return { label, input, norm: this.#coefficients.of(input, slope) };
  }
}

function place(label: string, of: View, step: 1 | 2): NormPartials {
  return { slot: scratch(`${label} blocks`, partialBytes(of, step)), channels: of.channels, step, offset: 0 };
}

function found(partials: NormPartials | undefined, { label }: NormLayer): NormPartials {
  if (!partials) throw new Error(`${label}: no convolution has found its sums`);
  return partials;
}
