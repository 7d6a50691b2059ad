/** Host side of adam.wgsl. */
import { type Dispatch, grid, makeDispatch, type Slot } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './adam.wgsl?raw';
import lengthSource from './length.wgsl?raw';
import overflowSource from './overflow.wgsl?raw';

const WORKGROUP = 64;

/** What each weight's update is made with, in one place: every engine and the planning between pass it on as it is. */
export interface UpdateSettings {
  /** λ of the penalty λ·Σw² over convolution kernels (gradient 2λw), not part of the loss that is reported. */
  readonly l2: number;
  /** Weight decay d beside Adam (AdamW, Loshchilov and Hutter 2019): kernels lose lr·d·w in each update. ≥ 0; without it 0. */
  readonly weightDecay?: number;
}

/** The same with nothing left out. */
export type UpdateTerms = Required<UpdateSettings>;

/** Takes the update's own from an object that may hold more. */
export function updateTerms({ l2, weightDecay = 0 }: UpdateSettings): UpdateTerms {
  return { l2, weightDecay };
}

export interface AdamArguments extends UpdateSettings {
  readonly slots: Record<'gradients' | 'weights' | 'first' | 'second', Slot>;
  readonly count: number;
  /** The first `kernels` values bear the L2 penalty and the weight decay. */
  readonly kernels: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Where overflowDispatches tells whether the step is to be left out; without it every step is made. */
  readonly guard?: Slot | undefined;
  /** The factor on the gradients that clipDispatches tells; without it they are taken as they are. */
  readonly clip?: Slot | undefined;
  /** The weights' moving average, updated with them. */
  readonly average?: Slot | undefined;
}

export function adamDispatch(args: AdamArguments): Dispatch {
  const { slots, count, kernels, beta1, beta2, epsilon, guard, clip, average } = args;
  const terms = updateTerms(args);
  const { gradients, weights, first, second } = slots;
  return makeDispatch<Shaders['adam/adam']>({
    label: 'adam',
    code: expand(randomSource + source, {
      constants: { WORKGROUP, ...terms, beta1, beta2, epsilon },
      flags: {
        guarded: guard !== undefined,
        clipped: clip !== undefined,
        averaged: average !== undefined,
        decayed: terms.weightDecay > 0,
      },
    }),
    shape: { threads: count, kernels },
    buffers: { gradients, weights, first, second, overflow: guard, factor: clip, average },
    workgroups: grid(count, WORKGROUP),
  });
}

/** Writes to the second word of `result` 1 if any of the `count` gradients is not finite, else 0. */
export function overflowDispatches(
  gradients: Slot,
  count: number,
  result: Slot,
  scratch: (bytes: number) => Slot,
): Dispatch[] {
  return inStrips('overflow', overflowSource, { count, from: gradients, result, scratch });
}

interface StripArguments {
  readonly count: number;
  readonly from: Slot;
  readonly result: Slot;
  readonly scratch: (bytes: number) => Slot;
  readonly constants?: Readonly<Record<string, number>>;
}

/** One answer about many values in two dispatches: many threads look at a strip each, then one at what they found. */
function inStrips(
  label: string,
  shader: string,
  { count, from, result, scratch, constants }: StripArguments,
): Dispatch[] {
  const threads = Math.min(1024, count);
  const strips = scratch(threads * 4);
  const stage = (whole: boolean, source: Slot, target: Slot): Dispatch => {
    const workgroup = whole ? 1 : WORKGROUP;
    return makeDispatch<Shaders['adam/length' | 'adam/overflow']>({
      label: whole ? label : `${label} strips`,
      code: expand(randomSource + shader, {
        constants: { WORKGROUP: workgroup, ...constants },
        flags: { strips: !whole },
      }),
      shape: whole ? { threads: 1, count: threads } : { threads, count },
      buffers: { values: source, result: target },
      workgroups: whole ? [1, 1] : grid(threads, workgroup),
    });
  };
  return [stage(false, from, strips), stage(true, strips, result)];
}

/** Writes to the first word of `result` the factor, at most 1, that brings the `count` gradients' length down to `clip`. */
export function clipDispatches(
  gradients: Slot,
  { count, clip }: { count: number; clip: number },
  result: Slot,
  scratch: (bytes: number) => Slot,
): Dispatch[] {
  return inStrips('gradient length', lengthSource, { count, from: gradients, result, scratch, constants: { clip } });
}
