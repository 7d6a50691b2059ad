/** Host side of filter-gradient.wgsl and sum-partials.wgsl: the gradient of a convolution's weights. */
import { type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand, product, type Row, range } from '../template.ts';
import source from './filter-gradient.wgsl?raw';
import sumSource from './sum-partials.wgsl?raw';

/** Input and output channels of a thread, parts that the pixels' rows are split into, threads of a workgroup. */
export interface FilterTile {
  readonly inputs: number;
  readonly outputs: number;
  readonly splits: number;
  readonly workgroup: number;
  /** Input values go from thread to thread in quads of a subgroup; `inputs` and the groups must be multiples of 4. */
  readonly quads?: true;
}

export interface FilterArguments {
  readonly label: string;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  /** The forward pass read its input as if upsampled by 2. */
  readonly upsampled: boolean;
  readonly input: View;
  /** Of the convolution's output. */
  readonly gradient: View;
  /** Where the result goes, from value `to`. */
  readonly result: Slot;
  readonly to: number;
  readonly tile: FilterTile;
  /** Makes the slot for the partial sums, where there is more than one split. */
  readonly scratch: (bytes: number) => Slot;
}

/** One dispatch, or two where the rows are split. */
export function filterGradientDispatches(args: FilterArguments): [Dispatch, ...Dispatch[]] {
  const { label, kernel, input, gradient, tile } = args;
  const size = kernel * kernel * input.channels * gradient.channels;
  const rows = gradient.batch * gradient.side;
  const rowsPerSplit = Math.ceil(rows / tile.splits);
  const splits = Math.ceil(rows / rowsPerSplit);
  const groups = gradient.channels / tile.outputs;
  const threads = groups * (input.channels / tile.inputs) * splits;
  const target = splits > 1 ? args.scratch(splits * size * 4) : args.result;
  const main = makeDispatch<Shaders['conv/filter-gradient']>({
    label,
    code: filterCode(args),
    shape: {
      threads,
      side: gradient.side,
      sourceSide: input.side,
      inputs: input.channels,
      outputs: gradient.channels,
      groups,
      inputStride: input.stride,
      inputOffset: input.offset,
      gradientStride: gradient.stride,
      gradientOffset: gradient.offset,
      rows,
      rowsPerSplit,
      to: splits > 1 ? 0 : args.to,
    },
    buffers: { input: input.slot, gradient: gradient.slot, sums: target },
    workgroups: grid(threads, tile.workgroup),
    flops: 2 * size * rows * gradient.side,
  });
  if (splits === 1) return [main];
  return [main, sumPartials(`${label} sum`, target, splits, size, args.result, args.to)];
}

/** result[to + i] = Σ over s of sums[s, i] for `count` values i, in the order of s. */
export function sumPartials(
  label: string,
  sums: Slot,
  splits: number,
  count: number,
  result: Slot,
  to: number,
): Dispatch {
  const workgroup = 64;
  return makeDispatch<Shaders['conv/sum-partials']>({
    label,
    code: expand(sumSource, { constants: { WORKGROUP: workgroup } }),
    shape: { threads: count, splits, to },
    buffers: { sums, result },
    workgroups: grid(count, workgroup),
  });
}

function filterCode({ kernel, stride, pad, upsampled, input, tile }: FilterArguments): string {
  const quads = tile.quads === true;
  const spread = quads ? 4 : 1;
  const rows = range('y', kernel);
  const inputs = range('i', tile.inputs);
  const columns = range('k', kernel);
  const fresh = columns.filter(({ k = 0 }) => k >= kernel - stride);
  const shifted: Row[] = columns.flatMap(({ k = 0 }) => (k + stride < kernel ? [{ k, from: k + stride }] : []));
  return expand(source, {
    stored: input.stored,
    subgroups: quads,
    constants: {
      WORKGROUP: tile.workgroup,
      T: tile.inputs,
      SPREAD: spread,
      K: kernel,
      STRIDE: stride,
      PAD: pad,
      RAISE: upsampled ? 2 : 1,
    },
    lists: {
      row: rows,
      window: product(rows, columns, inputs),
      kept: product(
        rows,
        columns.filter(({ k = 0 }) => k >= stride),
        inputs,
      ),
      shift: product(rows, shifted, inputs),
      fresh,
      load: product(rows, fresh, range('q', tile.inputs / spread)),
      spread: product(rows, fresh, range('q', tile.inputs / spread), range('j', spread)).map(row => ({
        ...row,
        i: (row.q ?? 0) * spread + (row.j ?? 0),
      })),
      channel: range('n', tile.outputs),
      accumulator: product(rows, columns, inputs, range('n', tile.outputs)),
    },
    flags: { quads },
  });
}

/**
 * Tiles worth trying for a shape, the one to take unmeasured first; `threads` is what keeps the adapter busy. All have the
 * splits of the first: these decide the order of the sums, and what is computed must not depend on what was measured.
 */
export function filterTiles(
  kernel: number,
  inputs: number,
  outputs: number,
  rows: number,
  threads: number,
): FilterTile[] {
  const options =
    kernel === 1
      ? ([
          [4, 4],
          [4, 2],
          [1, 4],
          [1, 1],
        ] as const)
      : ([
          [2, 4],
          [2, 2],
          [1, 4],
          [4, 1],
          [3, 2],
          [1, 1],
        ] as const);
  const fitting = options.filter(([t, n]) => inputs % t === 0 && outputs % n === 0 && (n === 1 || outputs / n >= 4));
  const [t, n] = fitting[0] ?? [1, 1];
  const wanted = Math.ceil(threads / ((inputs / t) * (outputs / n)));
  const splits = Math.max(1, Math.min(rows, wanted));
  return fitting.map(([inputs, outputs]) => ({ inputs, outputs, splits, workgroup: 32 }));
}

/** Tiles in quads beside `tiles`, with their splits. */
export function quadFilterTiles(tiles: readonly FilterTile[], inputs: number, outputs: number): FilterTile[] {
  const [like] = tiles;
  if (!like || inputs % 4 !== 0) return [];
  return [2, 1]
    .filter(n => outputs % (4 * n) === 0)
    .map(n => ({ ...like, inputs: 4, outputs: n, quads: true as const }));
}
