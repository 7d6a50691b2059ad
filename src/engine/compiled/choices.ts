/** Which variant of a kernel a shape gets: the first of those worth trying, unless a measurement on the adapter found a better one. */
import { type ConvForm, type ConvTile, convTiles } from '../../kernels/conv/conv.ts';
import { type FilterTile, filterTiles } from '../../kernels/conv/filter-gradient.ts';
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

/** Threads that keep a software adapter's few cores, and a GPU's many, busy. */
export const SOFTWARE_THREADS = 512;

export function convOptions(q: ConvQuestion): ConvTile[] {
  return convTiles(q.form, q.stride, q.outputs, q.side);
}

export function filterOptions(q: FilterQuestion, threads: number): FilterTile[] {
  return filterTiles(q.kernel, q.inputs, q.outputs, q.batch * q.side, threads);
}

function first<T>(options: readonly T[]): T {
  const option = options[0];
  if (option === undefined) throw new Error('no kernel variant fits');
  return option;
}

export const defaultChoices: Choices = {
  conv: question => first(convOptions(question)),
  filter: question => first(filterOptions(question, SOFTWARE_THREADS)),
  strips: { lanes: 4, strips: 1 },
};
