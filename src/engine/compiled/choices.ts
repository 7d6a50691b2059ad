/**
 * Which variant of a kernel a shape gets: the first of those worth trying on that kind of adapter, unless a measurement
 * (tuning.ts) found a better one.
 */
import { type ConvForm, type ConvTile, convTiles, sharedConvTiles } from '../../kernels/conv/conv.ts';
import { type FilterTile, filterTiles } from '../../kernels/conv/filter-gradient.ts';
import type { Stored } from '../../kernels/dispatch.ts';
import type { Strips } from '../../kernels/instance-norm/instance-norm.ts';

export interface ConvQuestion {
  readonly form: ConvForm;
  readonly kernel: number;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Of the output. */
  readonly side: number;
  readonly batch: number;
  readonly stored: Stored;
}

export interface FilterQuestion extends Omit<ConvQuestion, 'form'> {
  readonly upsampled: boolean;
}

export interface Choices {
  conv(question: ConvQuestion): ConvTile;
  filter(question: FilterQuestion): FilterTile;
  /** For sums over pixels: how many threads share a channel. */
  readonly strips: Strips;
}

/** Software adapters want few threads with much work each and no barrier; GPUs want tens of thousands of threads. */
export type AdapterKind = 'software' | 'gpu';

const FILTER_THREADS: Record<AdapterKind, number> = { software: 512, gpu: 32768 };
const STRIPS: Record<AdapterKind, Strips> = {
  software: { lanes: 4, strips: 1 },
  gpu: { lanes: 8, strips: 32 },
};

/** Threads that a GPU is given before its tiles grow. */
const GPU_THREADS = 8192;

/** The one to take unmeasured comes first. */
export function convOptions(q: ConvQuestion, kind: AdapterKind): ConvTile[] {
  const tiles = convTiles(q.form, q.stride, q.outputs, q.side);
  if (kind === 'software') return tiles;
  const threads = (tile: ConvTile) => (Math.ceil(q.side / tile.pixels) * q.side * q.batch * q.outputs) / tile.channels;
  const small = { pixels: q.form === 'plain' ? 1 : 2, channels: 1, workgroup: 64 };
  const registers = [...tiles.map(tile => ({ ...tile, workgroup: 64 })), small].filter(
    tile => threads(tile) >= GPU_THREADS,
  );
  const shared = sharedConvTiles(q.form, q.kernel, q.outputs, q.side).filter(tile => threads(tile) >= GPU_THREADS / 4);
  return [...registers, small, ...shared].filter(
    (tile, i, list) => list.findIndex(other => JSON.stringify(other) === JSON.stringify(tile)) === i,
  );
}

export function filterOptions(q: FilterQuestion, kind: AdapterKind): FilterTile[] {
  return filterTiles(q.kernel, q.inputs, q.outputs, q.batch * q.side, FILTER_THREADS[kind]);
}

export function first<T>(options: readonly T[]): T {
  const option = options[0];
  if (option === undefined) throw new Error('no kernel variant fits');
  return option;
}

export function defaultChoices(kind: AdapterKind): Choices {
  return {
    conv: question => first(convOptions(question, kind)),
    filter: question => first(filterOptions(question, kind)),
    strips: STRIPS[kind],
  };
}
