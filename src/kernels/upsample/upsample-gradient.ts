/** Host side of upsample-gradient.wgsl. */
import { type Dispatch, grid, makeDispatch, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './upsample-gradient.wgsl?raw';

const WORKGROUP = 64;

/** `gradient` [b, 2s, 2s, c] → `output` [b, s, s, c]. */
export function upsampleGradientDispatch(label: string, gradient: View, output: View, accumulate: boolean): Dispatch {
  const threads = output.batch * output.side * output.side * output.channels;
  return makeDispatch<Shaders['upsample/upsample-gradient']>({
    label,
    code: expand(source, { stored: output.stored, constants: { WORKGROUP }, flags: { accumulate } }),
    shape: {
      threads,
      side: output.side,
      channels: output.channels,
      outputStride: output.stride,
      outputOffset: output.offset,
      gradientStride: gradient.stride,
      gradientOffset: gradient.offset,
    },
    buffers: { gradient: gradient.slot, output: output.slot },
    workgroups: grid(threads, WORKGROUP),
  });
}
