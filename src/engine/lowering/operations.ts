/**
 * What an engine's back end gives to the lowering: one function per operation of a network, each returning the pieces that
 * carry it out, in their order. `Op` is the back end's own: a GPU dispatch, or a kernel call over WebAssembly memory.
 *
 * The lowering (lower.ts, plan.ts) decides what is fused, which tensors exist and who writes first; a back end decides how one
 * operation is computed. Neither knows devices or addresses.
 */
import type { UpdateTerms } from '../../kernels/adam/adam.ts';
import type { Slot, View } from '../../kernels/dispatch.ts';
import type { LossTerms } from '../../kernels/segmentation/terms.ts';

/** What planning needs to know of a piece, whatever carries it out. */
export interface Planned {
  /** For people: operation and layer. */
  readonly label: string;
  /** The slots that it reads and writes, from which memory is planned. */
  readonly bindings: readonly { readonly kind: string; readonly slot?: Slot; readonly name?: string }[];
  /** Multiply-adds counted as two. */
  readonly flops: number;
  /** That it reads and writes, each value once, where it says so. */
  readonly bytes?: number | undefined;
  /** May run at the same time as the one before it. */
  readonly concurrent?: boolean;
}

/** A convolution of the network, as its layer and what was fused into it say. Weights are [kernel, kernel, inputs, outputs]. */
export interface ConvLayer {
  readonly label: string;
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  /** Zeros before the first row and column. */
  readonly pad: number;
  /** The input is read as if upsampled by 2; then kernel 3 and stride 1. */
  readonly raised: boolean;
  readonly input: View;
  /** The input is read through the norm that was left to its readers, and leaky ReLU of this slope. */
  readonly through?: { readonly slope: number } | undefined;
  /** First of its weights among the parameters. */
  readonly weightsAt: number;
}

export interface ConvForward extends ConvLayer {
  readonly output: View;
  readonly biasAt: number | undefined;
  /** Added to the result; of half the side, and then raised, if its side says so. */
  readonly residual: View | undefined;
  /** Leaky ReLU of the result. */
  readonly slope: number | undefined;
  /** A norm that is left to its readers follows, after this dropout, which is the convolution's to apply. */
  readonly left?: { readonly dropout: Dropout | undefined } | undefined;
}

export interface Dropout {
  readonly rate: number;
  /** See random/pcg.ts. */
  readonly stream: number;
}

/** `gradient` is that of the convolution's output. */
export interface ConvFilterGradient extends ConvLayer {
  readonly gradient: View;
}

export interface ConvInputGradient extends ConvLayer {
  readonly gradient: View;
  readonly target: View;
  /** Add to what the target holds. */
  readonly accumulate: boolean;
  /** Norms left to their readers of which the target's gradient is whole with this. */
  readonly completes?: readonly NormLayer[];
}

/** Dropout, instance norm and leaky ReLU in one. */
export interface NormLayer {
  readonly label: string;
  /** Before dropout and norm. */
  readonly input: View;
  readonly gammaAt: number;
  readonly betaAt: number;
  readonly epsilon: number;
  /** Of the leaky ReLU after the norm; 1 for none. */
  readonly slope: number;
  readonly dropout: Dropout | undefined;
  /** Place of its first channel among the channels of all norms of the network. */
  readonly at: number;
}

export interface AdamTerms extends UpdateTerms {
  readonly count: number;
  /** The first `kernels` values bear penalty and weight decay. */
  readonly kernels: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** What the host writes before a step and reads after it, and the parameters: one slot each. */
export interface PlanSlots {
  readonly imageBytes: Slot;
  readonly maskBytes: Slot;
  /** See augmentTable. */
  readonly augmentations: Slot;
  readonly weights: Slot;
  readonly gradients: Slot;
  readonly first: Slot;
  readonly second: Slot;
  /** The weights' moving average, where there is one. */
  readonly average?: Slot | undefined;
  readonly result: Slot;
  readonly probabilities: Slot;
}

/** Written once, before the first step. */
export interface Table {
  readonly slot: Slot;
  readonly words: Uint32Array<ArrayBuffer>;
}

export interface BackEnd<Op extends Planned> {
  /** Norms that only convolutions read may be left to these; without it `left`, `through` and `completes` say nothing. */
  readonly leavesNorms: boolean;
  augmentImages(images: View): Op[];
  augmentMasks(masks: Slot, batch: number, side: number): Op[];
  conv(conv: ConvForward): Op[];
  convFilterGradient(conv: ConvFilterGradient): Op[];
  convInputGradient(conv: ConvInputGradient): Op[];
  /** Into the gradients from value `to`. */
  biasGradient(label: string, gradient: View, to: number): Op[];
  /** `gradient` of the activation's output becomes, in place, that of its input. */
  leakyReluGradient(label: string, output: View, gradient: View, slope: number): Op[];
  norm(norm: NormLayer, output: View): Op[];
  normGradient(norm: NormLayer, gradient: View, target: View, accumulate: boolean): Op[];
  /** What the readers of a norm's input need; its input is what a convolution has made whose `left` said so. */
  leftNorm(norm: NormLayer): Op[];
  leftNormGradient(norm: NormLayer, gradient: View, target: View, accumulate: boolean): Op[];
  /** γ's and β's gradients of all norms, after all their backward passes; `targets`: pairs of places among the gradients. */
  normParameterGradients(targets: readonly number[]): Op[];
  upsampleGradient(label: string, gradient: View, target: View, accumulate: boolean): Op[];
  maxPool(label: string, input: View, output: View): Op[];
  maxPoolGradient(label: string, input: View, gradient: View, target: View, accumulate: boolean): Op[];
  loss(logits: View, gradient: View, masks: Slot, terms: LossTerms): Op[];
  probabilities(logits: View): Op[];
  /** The optimizer's update; `clip` is the largest length of the gradient, 0 for none. */
  adam(terms: AdamTerms, clip: number): Op[];
  /** What is made of the weights before a forward pass, and besides before a backward pass. Asked once all else was. */
  beforeForward(): Op[];
  beforeBackward(): Op[];
  /** Asked last. */
  tables(): Table[];
}

/** A slot that lives from its first use to its last. */
export function scratch(name: string, bytes: number): Slot {
  return { name, bytes: whole(bytes), persistent: false };
}

/** A slot of its own for the engine's whole life. */
export function persistent(name: string, bytes: number): Slot {
  return { name, bytes: whole(bytes), persistent: true };
}

function whole(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}
