/** Host side of max-pool.wgsl. */
import { type Dispatch, grid, read, SHAPE, type View, write } from '../dispatch.ts';
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
  return {
    label,
    code: expand(source, {
      stored: input.stored,
      constants: { WORKGROUP },
      flags: { backward: gradient !== undefined, accumulate },
    }),
    bindings: [SHAPE, read(input.slot), write(output.slot), ...(gradient ? [read(gradient.slot)] : [])],
    words: [
      threads,
      pooledSide,
      input.channels,
      input.stride,
      input.offset,
      output.stride,
      output.offset,
      gradient?.stride ?? 0,
      gradient?.offset ?? 0,
    ],
    workgroups: grid(threads, WORKGROUP),
    flops: 0,
  };
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
