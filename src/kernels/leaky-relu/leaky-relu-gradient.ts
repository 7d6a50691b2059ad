/** Host side of leaky-relu-gradient.wgsl. */
import { type Dispatch, grid, makeDispatch, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './leaky-relu-gradient.wgsl?raw';

const WORKGROUP = 64;

/** `gradient` of the activation's output becomes, in place, that of its input. `slope` ≥ 0. */
export function leakyReluGradientDispatch(label: string, output: View, gradient: View, slope: number): Dispatch {
  const threads = output.batch * output.side * output.side * output.channels;
  return makeDispatch<Shaders['leaky-relu/leaky-relu-gradient']>({
    label,
    code: expand(source, { stored: output.stored, constants: { WORKGROUP, slope } }),
    shape: {
      threads,
      channels: output.channels,
      outputStride: output.stride,
      outputOffset: output.offset,
      gradientStride: gradient.stride,
      gradientOffset: gradient.offset,
    },
    buffers: { output: output.slot, gradient: gradient.slot },
    workgroups: grid(threads, WORKGROUP),
  });
}
