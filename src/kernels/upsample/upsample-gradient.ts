/** Host side of upsample-gradient.wgsl. */
import { type Dispatch, grid, read, SHAPE, type View, write } from '../dispatch.ts';
import { expand } from '../template.ts';
import source from './upsample-gradient.wgsl?raw';

const WORKGROUP = 64;

/** `gradient` [b, 2s, 2s, c] → `output` [b, s, s, c]. */
export function upsampleGradientDispatch(label: string, gradient: View, output: View, accumulate: boolean): Dispatch {
  const threads = output.batch * output.side * output.side * output.channels;
  return {
    label,
    code: expand(source, { stored: output.stored, constants: { WORKGROUP }, flags: { accumulate } }),
    bindings: [SHAPE, read(gradient.slot), write(output.slot)],
    words: [threads, output.side, output.channels, output.stride, output.offset, gradient.stride, gradient.offset],
    workgroups: grid(threads, WORKGROUP),
    flops: 0,
  };
}
