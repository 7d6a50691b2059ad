/**
 * Which variant of a kernel a shape gets: the first of those worth trying on that kind of adapter, unless a measurement
 * (tuning.ts) found a better one.
 */
import {
  type ConvForm,
  type ConvTile,
  convTiles,
  deepConvTiles,
  gemmConvTiles,
  quadTile,
  sharedConvTiles,
} from '../../kernels/conv/conv.ts';
import { type FilterTile, filterTiles, quadFilterTiles } from '../../kernels/conv/filter-gradient.ts';
import { isSoftware } from '../../kernels/device.ts';
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

/** Sums over the pixels of a tensor: a norm's moments and backward sums, a bias's gradient. */
export interface SumsQuestion {
  readonly channels: number;
  readonly side: number;
  readonly batch: number;
  readonly stored: Stored;
}

export interface Choices {
  conv(question: ConvQuestion): ConvTile;
  filter(question: FilterQuestion): FilterTile;
  sums(question: SumsQuestion): Strips;
  /** Whether the loss and the like are joined in workgroup memory. */
  readonly trees: boolean;
  /** Norms are left to the convolutions that read them; see leavesNorms. */
  readonly leavesNorms: boolean;
}

/** Software adapters want few threads with much work each and no barrier; GPUs want tens of thousands of threads. */
export type AdapterKind = 'software' | 'gpu';

/** What decides which variants an adapter is offered. */
export interface AdapterTraits {
  readonly kind: AdapterKind;
  /** Threads of a subgroup can read each other's registers. */
  readonly subgroups: boolean;
}

export function traitsOf({ adapterInfo, features }: Pick<GPUDevice, 'adapterInfo' | 'features'>): AdapterTraits {
  return { kind: isSoftware(adapterInfo) ? 'software' : 'gpu', subgroups: features.has('subgroups') };
}

/**
 * Threads that sum a filter gradient's splits. Each keeps dozens of sums at a time, so that a GPU needs fewer of them than elsewhere, and
 * every one more is a partial sum more to write and to read: only a larger batch pays for them.
 */
const FILTER_THREADS: Record<AdapterKind, (batch: number) => number> = {
  software: () => 512,
  gpu: batch => 8192 * Math.min(batch, 2),
};
/** All with the strips of the first: these decide the order of the sums, as a filter gradient's splits do. */
const STRIPS: Record<AdapterKind, Strips[]> = {
  software: [4, 8, 16].map(lanes => ({ lanes, strips: 1 })),
  gpu: [8, 4, 2].map(lanes => ({ lanes, strips: 32 })),
};

/** Threads that a GPU is given before its tiles grow. */
const GPU_THREADS = 8192;
/** And below which a product of matrices is left out: a thread of one has far more to do, and little to wait for. */
const FEWEST_THREADS = 2048;

/** The one to take unmeasured comes first. */
export function convOptions(q: ConvQuestion, { kind, subgroups }: AdapterTraits): ConvTile[] {
  const tiles = convTiles(q.form, q.stride, q.outputs, q.side);
  // Quads were within noise of these on SwiftShader, and take longer to compile.
  if (kind === 'software') return tiles;
  const inQuads = (of: readonly ConvTile[]) => (subgroups ? of.flatMap(tile => quadTile(tile, q)) : []);
  const threads = (tile: ConvTile) => (Math.ceil(q.side / tile.pixels) * q.side * q.batch * q.outputs) / tile.channels;
  const small = { pixels: q.form === 'plain' ? 1 : 2, channels: 1, workgroup: 64 };
  const registers = [...tiles.map(tile => ({ ...tile, workgroup: 64 })), small].filter(
    tile => threads(tile) >= GPU_THREADS,
  );
  const shared = sharedConvTiles(q.form, q.kernel, q.outputs, q.side).filter(tile => threads(tile) >= GPU_THREADS / 4);
  const products = gemmConvTiles(q).filter(tile => threads(tile) >= FEWEST_THREADS);
  // The fewest loads where they leave enough threads, else the most threads.
  const [enough, few] = [true, false].map(wide => products.filter(tile => threads(tile) >= GPU_THREADS === wide));
  const byThreads = [...(few ?? [])].sort((a, b) => threads(b) - threads(a));
  return [
    ...(enough ?? []),
    ...byThreads,
    ...deepConvTiles(q),
    ...registers,
    small,
    ...inQuads(registers),
    ...shared,
  ].filter((tile, i, list) => list.findIndex(other => JSON.stringify(other) === JSON.stringify(tile)) === i);
}

export function filterOptions(q: FilterQuestion, { kind, subgroups }: AdapterTraits): FilterTile[] {
  const tiles = filterTiles(
    q.kernel,
    q.inputs,
    q.outputs,
    q.batch * q.side,
    FILTER_THREADS[kind](q.batch),
    kind === 'gpu',
  );
  const quads = subgroups ? quadFilterTiles(tiles, q.inputs, q.outputs) : [];
  // Measured on SwiftShader: quads were up to twice as fast for such shapes, and as often slower for the others.
  const quadsFirst = kind === 'software' && q.kernel === 3 && q.stride === 1 && q.side >= 16;
  return quadsFirst ? [...quads, ...tiles] : [...tiles, ...quads];
}

export function sumsOptions(kind: AdapterKind): readonly Strips[] {
  return STRIPS[kind];
}

/**
 * Whether norms are left to the convolutions that read them, which saves passes over memory and costs arithmetic in every load: a software
 * adapter pays for arithmetic. Never measured, for it decides the order of sums.
 */
export function leavesNorms(kind: AdapterKind): boolean {
  return kind === 'gpu';
}

export function first<T>(options: readonly T[]): T {
  const option = options[0];
  if (option === undefined) throw new Error('no kernel variant fits');
  return option;
}

export function defaultChoices(kind: AdapterKind): Choices {
  const traits = { kind, subgroups: false };
  return {
    conv: question => first(convOptions(question, traits)),
    filter: question => first(filterOptions(question, traits)),
    sums: () => first(sumsOptions(kind)),
    trees: kind === 'gpu',
    leavesNorms: leavesNorms(kind),
  };
}
