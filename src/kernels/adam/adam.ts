/** Host side of adam.wgsl. */
import { type Dispatch, grid, read, SHAPE, type Slot, STEP, write } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import { expand } from '../template.ts';
import source from './adam.wgsl?raw';

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
}

export function adamDispatch({ slots, count, kernels, l2, beta1, beta2, epsilon }: AdamArguments): Dispatch {
  return {
    label: 'adam',
    code: expand(randomSource + source, { constants: { WORKGROUP, l2, beta1, beta2, epsilon } }),
    bindings: [SHAPE, STEP, read(slots.gradients), write(slots.weights), write(slots.first), write(slots.second)],
    words: [count, kernels],
    workgroups: grid(count, WORKGROUP),
    flops: 0,
  };
}
