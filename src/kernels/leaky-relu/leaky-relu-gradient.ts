/** Host side of leaky-relu-gradient.wgsl. */
import { type Dispatch, grid, read, SHAPE, type View, write } from '../dispatch.ts';
import { expand } from '../template.ts';
import source from './leaky-relu-gradient.wgsl?raw';

const WORKGROUP = 64;

/** `gradient` of the activation's output becomes, in place, that of its input. `slope` ≥ 0. */
export function leakyReluGradientDispatch(label: string, output: View, gradient: View, slope: number): Dispatch {
  const threads = output.batch * output.side * output.side * output.channels;
  return {
    label,
    code: expand(source, { stored: output.stored, constants: { WORKGROUP, slope } }),
    bindings: [SHAPE, read(output.slot), write(gradient.slot)],
    words: [threads, output.channels, output.stride, output.offset, gradient.stride, gradient.offset],
    workgroups: grid(threads, WORKGROUP),
    flops: 0,
  };
}
