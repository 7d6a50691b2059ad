/**
 * Host side of blocks.wgsl: the sums that a norm needs of a tensor, found block by block, by the convolution that makes the tensor or by a
 * pass over it, with the same bits.
 */
import { bytesOf, type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand, range } from '../template.ts';
import sumsSource from './block-sums.wgsl?raw';
import termsSource from './block-terms.wgsl?raw';
import geometrySource from './blocks.wgsl?raw';
import tileSource from './sums-of-tile.wgsl?raw';
import throughSource from './through.wgsl?raw';

/** What the readers of a norm's input need to read it normalised; see through.wgsl. */
export interface ThroughNorm {
  readonly coefficients: Slot;
  /** Value of the first image's first channel's mean. */
  readonly at: number;
  /** Values from one row of coefficients to the next. */
  readonly stride: number;
  /** Of the leaky ReLU after the norm; 1 for none. */
  readonly slope: number;
}

/** The blocks' sums of a tensor of so many channels: [image, block, first or second, channel]. */
export interface BlockPartials {
  readonly slot: Slot;
  readonly channels: number;
  /** Of every so many rows a block has one. */
  readonly step: 1 | 2;
}

/** Sums that are to be found of a tensor while it is made. */
export type BlockSums =
  | { readonly kind: 'moments'; readonly partials: BlockPartials }
  | {
      /** Those of a norm's backward pass, where the tensor is the gradient of what is read through it. */
      readonly kind: 'sums';
      readonly partials: BlockPartials;
      /** The norm's input. */
      readonly normed: View;
      readonly norm: ThroughNorm;
      /** First channel of which they are wanted. */
      readonly from: number;
    };

const WIDE = 4;
const HIGH = 8;

export function blocksIn(side: number, step: 1 | 2): number {
  return Math.ceil(side / WIDE) * Math.ceil(side / (HIGH * step)) * step;
}

export function partialBytes({ batch, side, channels }: View, step: 1 | 2): number {
  return batch * blocksIn(side, step) * 2 * channels * 4;
}

/** What a shader of tiles needs to sum its own; see sums-of-tile.wgsl. */
export const sumsOfTile = geometrySource + termsSource + tileSource;

export const blockGeometry = geometrySource;

/** Of the values in `view`, in a pass over them. */
export function blockSumsDispatch(label: string, view: View, sums: BlockSums): Dispatch {
  const { partials } = sums;
  const backward = sums.kind === 'sums' ? sums : undefined;
  const threads = view.batch * blocksIn(view.side, partials.step) * view.channels;
  const workgroup = 64;
  return makeDispatch<Shaders['instance-norm/block-sums']>({
    label,
    code: expand(sumsSource + geometrySource + termsSource + (backward ? throughSource : ''), {
      stored: view.stored,
      constants: { WORKGROUP: workgroup, STEP: partials.step },
      lists: { column: range('c', WIDE) },
      flags: { moments: !backward, sums: backward !== undefined, fours: false, wide: false },
    }),
    shape: {
      threads,
      side: view.side,
      channels: view.channels,
      stride: view.stride,
      offset: view.offset,
      normedStride: backward?.normed.stride ?? 0,
      normedOffset: backward?.normed.offset ?? 0,
      coefficients: backward?.norm.at ?? 0,
      coefficientStride: backward?.norm.stride ?? 0,
      normSlope: backward?.norm.slope ?? 1,
    },
    buffers: {
      values: view.slot,
      partial: partials.slot,
      normed: backward?.normed.slot,
      coefficients: backward?.norm.coefficients,
    },
    workgroups: grid(threads, workgroup),
    bytes: bytesOf(view) * (backward ? 2 : 1) + partialBytes(view, partials.step),
  });
}
