/** Host side of bias-gradient.wgsl. */
import { sumPartials } from '../conv/filter-gradient.ts';
import { type Dispatch, makeDispatch, type Slot, type View } from '../dispatch.ts';
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
  /** Makes the slot for the chunks' sums, where there is more than one chunk. */
  readonly scratch: (bytes: number) => Slot;
}

/** Pixels that are summed on their own: enough threads for a GPU, and short sums for exactness. */
const CHUNK = 2048;

/** Sum of `gradient` over all pixels: one dispatch, or two for many pixels. */
export function biasGradientDispatches(args: BiasArguments): Dispatch[] {
  const { label, gradient, result, to } = args;
  const { lanes, strips } = args.strips;
  const pixels = gradient.batch * gradient.side * gradient.side;
  const chunks = Math.ceil(pixels / CHUNK);
  const target = chunks > 1 ? args.scratch(chunks * gradient.channels * 4) : result;
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
      to: chunks > 1 ? 0 : to,
      chunk: CHUNK,
    },
    buffers: { gradient: gradient.slot, result: target },
    workgroups: [Math.ceil(gradient.channels / lanes), chunks],
  });
  return chunks === 1 ? [main] : [main, sumPartials(`${label} sum`, target, chunks, gradient.channels, result, to)];
}
