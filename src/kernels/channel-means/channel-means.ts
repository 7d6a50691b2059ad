/** Host side of channel-means.wgsl. */
import { bytesOf, type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './channel-means.wgsl?raw';

const WORKGROUP = 64;

/** Means over the pixels of `input` [b, s, s, c] → `means` [b, c], from value `to`. */
export function channelMeansDispatch(label: string, input: View, means: Slot, to: number): Dispatch {
  const threads = input.batch * input.channels;
  return makeDispatch<Shaders['channel-means/channel-means']>({
    label,
    code: expand(source, { stored: input.stored, constants: { WORKGROUP } }),
    shape: {
      ...{ threads, pixels: input.side * input.side, channels: input.channels },
      ...{ stride: input.stride, offset: input.offset, to },
    },
    buffers: { input: input.slot, means },
    workgroups: grid(threads, WORKGROUP),
    bytes: bytesOf(input) + threads * 4,
  });
}
