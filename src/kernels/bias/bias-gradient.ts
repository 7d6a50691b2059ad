/** Host side of bias-gradient.wgsl. */
import type { PartialSums } from '../conv/partial-sums.ts';
import { bytesOf, type Dispatch, makeDispatch, type Slot, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './bias-gradient.wgsl?raw';

export interface BiasArguments {
  readonly label: string;
  /** Of the convolution's output. */
  readonly gradient: View;
  /** Where the result goes, from value `to`. */
  readonly result: Slot;
  readonly to: number;
  /** Channels and strips of pixels in a workgroup; one strip needs no barrier. */
  readonly strips: { readonly lanes: number; readonly strips: number };
  /** Where the sums of several chunks go. */
  readonly partials: PartialSums;
}

/** Pixels that are summed on their own: enough threads for a GPU, and short sums for exactness. */
const CHUNK = 2048;

/** Sum of `gradient` over all pixels: one dispatch, and what joins its chunks. */
export function biasGradientDispatches(args: BiasArguments): Dispatch[] {
  const { label, gradient, result, to } = args;
  const { lanes, strips } = args.strips;
  const pixels = gradient.batch * gradient.side * gradient.side;
  const chunks = Math.ceil(pixels / CHUNK);
  const count = gradient.channels;
  const placed = chunks > 1 ? args.partials.place({ label, splits: chunks, count, result, to }) : null;
  const main = makeDispatch<Shaders['bias/bias-gradient']>({
    label,
    code: expand(source, {
      stored: gradient.stored,
      constants: { LANES: lanes, STRIPS: strips },
      flags: { shared: strips > 1 },
    }),
    shape: {
      pixels,
      channels: gradient.channels,
      gradientStride: gradient.stride,
      gradientOffset: gradient.offset,
      to: placed?.at ?? to,
      chunk: CHUNK,
    },
    buffers: { gradient: gradient.slot, result: placed?.slot ?? result },
    workgroups: [Math.ceil(gradient.channels / lanes), chunks],
    bytes: bytesOf(gradient) + chunks * count * 4,
  });
  return [main, ...(placed?.joins ?? [])];
}
