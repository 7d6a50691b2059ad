/** Host side of decode.wgsl. */
import { type Dispatch, grid, read, SHAPE, type Slot, type View, write } from '../dispatch.ts';
import { expand } from '../template.ts';
import source from './decode.wgsl?raw';

const WORKGROUP = 64;

/** `bytes` hold the tensor's values as bytes, in its order; `output` is not a slice. */
export function decodeDispatch(bytes: Slot, output: View): Dispatch {
  const values = output.batch * output.side * output.side * output.channels;
  const threads = Math.ceil(values / 4);
  return {
    label: 'decode images',
    code: expand(source, { stored: output.stored, constants: { WORKGROUP } }),
    bindings: [SHAPE, read(bytes), write(output.slot)],
    words: [threads, values],
    workgroups: grid(threads, WORKGROUP),
    flops: 0,
  };
}
