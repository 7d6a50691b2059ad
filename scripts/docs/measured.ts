/** Texts from what `npm run bench -- --json FILE` and `npm run test:soak` stored. */
import type { CaseResult } from '../../bench/compare.ts';
import { kernelTable, scalingTable } from '../../bench/growth-table.ts';
import type { KernelsResult } from '../../bench/kernels.ts';
import type { ScalingResult } from '../../bench/scaling.ts';
import { table as benchTable } from '../../bench/table.ts';
import { fixed, range } from './table.ts';

/** One of the three lists, by the command's flags. */
export interface Benchmark {
  readonly date: string;
  readonly browser: string;
  readonly adapter: { readonly vendor: string; readonly architecture: string };
  readonly cases?: readonly CaseResult[];
  readonly scaling?: readonly ScalingResult[];
  readonly kernels?: readonly KernelsResult[];
}

function where({ date, browser, adapter }: Benchmark): string {
  return `Chromium ${browser}, ${adapter.vendor} ${adapter.architecture}, ${date.slice(0, 10)}.`;
}

/** The tables that the command prints, and where it ran. Throws where it measured nothing. */
export function benchmarkText(result: Benchmark): string {
  const { cases, scaling, kernels } = result;
  const tables = cases
    ? benchTable(cases).trim()
    : scaling
      ? scalingTable(scaling)
      : kernels?.map(kernelTable).join('\n\n');
  if (!tables) throw new Error('the benchmark holds no result');
  return `${where(result)}\n\n${tables}`;
}

/** How many times faster than stock tfjs, over the cases. Throws where there was no such side. */
export function speedupText({ cases = [] }: Benchmark): string {
  return range(
    cases.flatMap(({ speedup }) => speedup ?? []),
    0,
  );
}

export interface Soak {
  readonly listedSeconds: number;
  readonly readSeconds: number;
  readonly bytes: number;
  readonly samples: readonly { readonly heap: number; readonly gpuBuffers: number; readonly gpuBytes: number }[];
}

export function largeArchiveText({ bytes, listedSeconds, readSeconds, samples }: Soak): string {
  const heap = Math.max(...samples.map(sample => sample.heap / 1e6));
  const times = `listed in ${fixed(listedSeconds, 1)} s and read in ${fixed(readSeconds, 0)} s`;
  return `${fixed(bytes / 1e9, 1)} GB ${times}, with a heap of at most ${fixed(heap, 0)} MB`;
}

/** Of samples by process. */
export function processText({ samples }: Pick<Soak, 'samples'>): string {
  const megabytes = range(
    samples.map(sample => sample.heap / 1e6),
    0,
  );
  return `${megabytes} MB`;
}

export function longRunText({ samples }: Pick<Soak, 'samples'>): string {
  const [buffers, bytes, heap] = [
    range(
      samples.map(sample => sample.gpuBuffers),
      0,
    ),
    range(
      samples.map(sample => sample.gpuBytes / 1e6),
      2,
    ),
    range(
      samples.map(sample => sample.heap / 1e6),
      1,
    ),
  ];
  return `${buffers} GPU buffers of ${bytes} MB in all, and a heap of ${heap} MB`;
}
