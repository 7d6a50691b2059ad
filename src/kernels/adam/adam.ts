/** Host side of adam.wgsl. */
import { type Dispatch, grid, read, SHAPE, type Slot, STEP, write } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import { expand } from '../template.ts';
import source from './adam.wgsl?raw';
import overflowSource from './overflow.wgsl?raw';

const WORKGROUP = 64;

export interface AdamArguments {
  readonly slots: Record<'gradients' | 'weights' | 'first' | 'second', Slot>;
  readonly count: number;
  /** The first `kernels` values bear the L2 penalty. */
  readonly kernels: number;
  readonly l2: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Where overflowDispatches tells whether the step is to be left out; without it every step is made. */
  readonly guard?: Slot | undefined;
}

export function adamDispatch({ slots, count, kernels, l2, beta1, beta2, epsilon, guard }: AdamArguments): Dispatch {
  return {
    label: 'adam',
    code: expand(randomSource + source, {
      constants: { WORKGROUP, l2, beta1, beta2, epsilon },
      flags: { guarded: guard !== undefined },
    }),
    bindings: [
      SHAPE,
      STEP,
      read(slots.gradients),
      write(slots.weights),
      write(slots.first),
      write(slots.second),
      ...(guard ? [read(guard)] : []),
    ],
    words: [count, kernels],
    workgroups: grid(count, WORKGROUP),
    flops: 0,
  };
}

/** Writes to the second word of `result` 1 if any of the `count` gradients is not finite, else 0. */
export function overflowDispatches(
  gradients: Slot,
  count: number,
  result: Slot,
  scratch: (bytes: number) => Slot,
): Dispatch[] {
  const threads = Math.min(1024, count);
  const strips = scratch(threads * 4);
  const code = (flag: boolean, workgroup: number) =>
    expand(overflowSource, { constants: { WORKGROUP: workgroup }, flags: { strips: flag } });
  return [
    {
      label: 'overflow strips',
      code: code(true, WORKGROUP),
      bindings: [SHAPE, read(gradients), write(strips)],
      words: [threads, count],
      workgroups: grid(threads, WORKGROUP),
      flops: 0,
    },
    {
      label: 'overflow',
      code: code(false, 1),
      bindings: [SHAPE, read(strips), write(result)],
      words: [1, threads],
      workgroups: [1, 1],
      flops: 0,
    },
  ];
}
