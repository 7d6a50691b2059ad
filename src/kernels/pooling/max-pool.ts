/** Host side of max-pool.wgsl. */
import { type Dispatch, grid, makeDispatch, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './max-pool.wgsl?raw';

const WORKGROUP = 64;

function dispatch(
  label: string,
  pooledSide: number,
  input: View,
  output: View,
  accumulate: boolean,
  gradient?: View,
): Dispatch {
  const threads = input.batch * pooledSide * pooledSide * input.channels;
  return makeDispatch<Shaders['pooling/max-pool']>({
    label,
    code: expand(source, {
      stored: input.stored,
      constants: { WORKGROUP },
      flags: { backward: gradient !== undefined, accumulate },
    }),
    shape: {
      threads,
      side: pooledSide,
      channels: input.channels,
      inputStride: input.stride,
      inputOffset: input.offset,
      outputStride: output.stride,
      outputOffset: output.offset,
      gradientStride: gradient?.stride ?? 0,
      gradientOffset: gradient?.offset ?? 0,
    },
    buffers: { input: input.slot, output: output.slot, gradient: gradient?.slot },
    workgroups: grid(threads, WORKGROUP),
  });
}

/** `input` [b, 2s, 2s, c] → `output` [b, s, s, c]. */
export function maxPoolDispatch(label: string, input: View, output: View): Dispatch {
  return dispatch(label, output.side, input, output, false);
}

/** `gradient` of the pooled tensor → `output`, that of `input`. */
export function maxPoolGradientDispatch(
  label: string,
  input: View,
  gradient: View,
  output: View,
  accumulate: boolean,
): Dispatch {
  return dispatch(label, gradient.side, input, output, accumulate, gradient);
}
