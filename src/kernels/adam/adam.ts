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
  { trees, scratch }: Joins,
): Dispatch[] {
  return joined('overflow', overflowSource, { count, from: gradients, result, trees, scratch });
}

/** How one answer is found about many values. */
export interface Joins {
  /** In workgroup memory; see LossArguments. */
  readonly trees: boolean;
  readonly scratch: (bytes: number) => Slot;
}

interface JoinedArguments extends Joins {
  readonly count: number;
  readonly from: Slot;
  readonly result: Slot;
  readonly constants?: Readonly<Record<string, number>>;
}

/** A workgroup of a tree, the values that each of its threads takes, and workgroups at most. */
const TREE = { workgroup: 256, each: 32, most: 256 };
/** Threads that take the place of workgroups, and how many of them are one. */
const ALONE = { most: 1024, workgroup: 64 };

/** One answer about many values in two dispatches: many workgroups, or threads, look at a part each, then one at what they found. */
function joined(
  label: string,
  shader: string,
  { count, from, result, trees, scratch, constants }: JoinedArguments,
): Dispatch[] {
  const parts = trees
    ? Math.min(TREE.most, Math.ceil(count / (TREE.workgroup * TREE.each)))
    : Math.min(ALONE.most, count);
  const between = scratch(parts * 4);
  const stage = (whole: boolean, source: Slot, target: Slot): Dispatch => {
    const workgroup = trees ? TREE.workgroup : whole ? 1 : ALONE.workgroup;
    const threads = (whole ? 1 : parts) * (trees ? TREE.workgroup : 1);
    return makeDispatch<Shaders['adam/length' | 'adam/overflow']>({
      label: whole ? label : `${label} parts`,
      code: expand(randomSource + shader, {
        constants: { WORKGROUP: workgroup, ...constants },
        flags: { parts: !whole, tree: trees },
      }),
      shape: { threads, count: whole ? parts : count },
      buffers: { values: source, result: target },
      workgroups: grid(threads, workgroup),
    });
  };
  return [stage(false, from, between), stage(true, between, result)];
}

/** Writes to the first word of `result` the factor, at most 1, that brings the `count` gradients' length down to `clip`. */
export function clipDispatches(
  gradients: Slot,
  { count, clip }: { count: number; clip: number },
  result: Slot,
  { trees, scratch }: Joins,
): Dispatch[] {
  const constants = { clip };
  return joined('gradient length', lengthSource, { count, from: gradients, result, trees, scratch, constants });
}
