/** Host side of derive-weights.wgsl: what the input gradients' weights are, and where. */
import { type Dispatch, makeDispatch, type Slot } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import source from './derive-weights.wgsl?raw';

const WORKGROUP = 64;
const OUTPUTS = 8;

export interface DerivedConv {
  /** First weight among the parameters, and first derived weight. */
  readonly source: number;
  readonly to: number;
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  /** A 3×3 convolution of an upsampled tensor: its gradient has 4×4 taps. */
  readonly raised: boolean;
}

export function derivedCount({ kernel, inputs, outputs, raised }: Omit<DerivedConv, 'source' | 'to'>): number {
  return (raised ? 16 : kernel * kernel) * inputs * outputs;
}

/** The two tables that the shader reads, to be written once. */
export function deriveTables(convs: readonly DerivedConv[]): Record<'convs' | 'blocks', Uint32Array<ArrayBuffer>> {
  const blocks: number[] = [];
  convs.forEach((conv, i) => {
    const taps = derivedCount(conv) / (conv.inputs * conv.outputs);
    const threads = taps * conv.inputs * Math.ceil(conv.outputs / OUTPUTS);
    for (let first = 0; first < threads; first += WORKGROUP) blocks.push(i, first);
  });
  return {
    convs: Uint32Array.from(convs.flatMap(c => [c.source, c.to, c.kernel, c.inputs, c.outputs, c.raised ? 1 : 0])),
    blocks: Uint32Array.from(blocks),
  };
}

export function deriveDispatch(
  slots: Record<'convs' | 'blocks' | 'weights' | 'derived', Slot>,
  blocks: number,
): Dispatch {
  const y = Math.ceil(blocks / 65535);
  return makeDispatch<Shaders['conv/derive-weights']>({
    label: 'derive weights',
    code: expand(source, { constants: { WORKGROUP, OUTPUTS, BLOCKS: blocks } }),
    shape: {},
    buffers: { convs: slots.convs, blocks: slots.blocks, weights: slots.weights, derived: slots.derived },
    workgroups: [Math.ceil(blocks / y), y],
  });
}
