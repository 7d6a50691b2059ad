/** Host side of filter-gradient.wgsl and filter-gemm.wgsl: the gradient of a convolution's weights. */
import { bytesOf, cut, type Dispatch, grid, makeDispatch, type Range, type Slot, type View } from '../dispatch.ts';
import type { ThroughNorm } from '../instance-norm/blocks.ts';
import throughSource from '../instance-norm/through.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand, product, type Row, range } from '../template.ts';
import gemmSource from './filter-gemm.wgsl?raw';
import source from './filter-gradient.wgsl?raw';
import shapeSource from './filter-shape.wgsl?raw';
import type { PartialSums } from './partial-sums.ts';

/** Input and output channels of a thread, parts that the pixels' rows are split into, threads of a workgroup. */
export interface FilterTile {
  readonly inputs: number;
  readonly outputs: number;
  readonly splits: number;
  /** Splits in a row whose sums are added to each other first. */
  readonly bundle: number;
  readonly workgroup: number;
  /** Input values go from thread to thread in quads of a subgroup; `inputs` and the groups must be multiples of 4. */
  readonly quads?: true;
  /**
   * As a product of matrices: one kernel row of four by four channels a thread, four values a load; a workgroup adds its bundle of splits,
   * which is 1 or 4, itself.
   */
  readonly gemm?: true;
}

export interface FilterArguments {
  readonly label: string;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  /** The forward pass read its input as if upsampled by 2. */
  readonly upsampled: boolean;
  readonly input: View;
  /** The input is read through this norm. */
  readonly through?: ThroughNorm | undefined;
  /** Of the convolution's output. */
  readonly gradient: View;
  /** Where the result goes, from value `to`. */
  readonly result: Slot;
  readonly to: number;
  readonly tile: FilterTile;
  /** Where the sums of several splits go. */
  readonly partials: PartialSums;
  /** FLOP of the largest dispatch; without it LARGEST_FLOPS. */
  readonly largest?: number;
}

/** One dispatch, or several of some of the threads each where one were too large, and what joins the splits. */
export function filterGradientDispatches(args: FilterArguments): Dispatch[] {
  const { label, kernel, input, gradient, tile } = args;
  const size = kernel * kernel * input.channels * gradient.channels;
  const rows = gradient.batch * gradient.side;
  const rowsPerSplit = Math.ceil(rows / tile.splits);
  const splits = Math.ceil(rows / rowsPerSplit);
  const groups = gradient.channels / tile.outputs;
  // A product of matrices leaves one sum of each bundle, and takes a thread's place for its whole bundle.
  const [bundle, left] = tile.gemm ? [1, Math.ceil(splits / tile.bundle)] : [tile.bundle, splits];
  const workgroup = tile.gemm ? tile.workgroup / tile.bundle : tile.workgroup;
  const threads = groups * (input.channels / tile.inputs) * (tile.gemm ? kernel : 1) * left;
  const flops = 2 * size * rows * gradient.side;
  const bytes = bytesOf(input) + bytesOf(gradient) + left * size * 4;
  const placed =
    left > 1
      ? args.partials.place({ label, splits: left, bundle, count: size, result: args.result, to: args.to })
      : null;
  const code = filterCode(args);
  const part = ({ first, end }: Range) =>
    makeDispatch<Shaders['conv/filter-shape']>({
      label,
      code,
      shape: {
        first,
        threads: end,
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
        to: placed?.at ?? args.to,
        coefficients: args.through?.at ?? 0,
        coefficientStride: args.through?.stride ?? 0,
        normSlope: args.through?.slope ?? 1,
      },
      buffers: {
        input: input.slot,
        gradient: gradient.slot,
        sums: placed?.slot ?? args.result,
        coefficients: args.through?.coefficients,
      },
      workgroups: grid(end - first, workgroup),
      flops: (flops * (end - first)) / threads,
      bytes: (bytes * (end - first)) / threads,
    });
  return [...cut(flops, threads, workgroup, args.largest).map(part), ...(placed?.joins ?? [])];
}

function filterCode({ kernel, stride, pad, upsampled, input, through, gradient, tile }: FilterArguments): string {
  const quads = tile.quads === true;
  const spread = quads ? 4 : 1;
  const rows = range('y', kernel);
  const inputs = range('i', tile.inputs);
  const columns = range('k', kernel);
  const fresh = columns.filter(({ k = 0 }) => k >= kernel - stride);
  // Of one kernel row; four channels are one word.
  const kept = columns.filter(({ k = 0 }) => k >= stride);
  const shifted: Row[] = columns.flatMap(({ k = 0 }) => (k + stride < kernel ? [{ k, from: k + stride }] : []));
  const gemmLists = {
    column: columns,
    kept,
    shift: shifted,
    fresh,
    accumulator: product(columns, inputs),
    input: inputs,
  };
  const aligned =
    [input, gradient].every(({ stride, offset }) => stride % 4 === 0 && offset % 4 === 0) &&
    (!through || (through.at % 4 === 0 && through.stride % 4 === 0));
  const code = shapeSource + (tile.gemm ? gemmSource : source) + (through ? throughSource : '');
  return expand(code, {
    stored: input.stored,
    subgroups: quads,
    constants: {
      WORKGROUP: tile.gemm ? tile.workgroup / tile.bundle : tile.workgroup,
      ...(tile.gemm ? { BUNDLE: tile.bundle } : {}),
      T: tile.inputs,
      SPREAD: spread,
      K: kernel,
      STRIDE: stride,
      PAD: pad,
      RAISE: upsampled ? 2 : 1,
    },
    lists: tile.gemm
      ? gemmLists
      : {
          row: rows,
          window: product(rows, columns, inputs),
          kept: product(rows, kept, inputs),
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
    flags: {
      quads,
      bundled: tile.gemm === true && tile.bundle > 1,
      fours: tile.gemm === true,
      wide: tile.gemm === true && aligned,
      through: through !== undefined,
    },
  });
}

/** Splits that a workgroup of a product of matrices adds: as many sums fewer go to memory and back. */
const BUNDLE = 4;

/**
 * Tiles worth trying for a shape, the one to take unmeasured first; `threads` is what keeps the adapter busy. All have the
 * splits and bundles of the first: these decide the order of the sums, and what is computed must not depend on what was measured. `products`
 * puts a product of matrices first, where channels come in fours.
 */
export function filterTiles(
  kernel: number,
  inputs: number,
  outputs: number,
  rows: number,
  threads: number,
  products = false,
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
  const product = products && inputs % 4 === 0 && outputs % 4 === 0;
  const inSplit = product ? (kernel * inputs * outputs) / 16 : (inputs / t) * (outputs / n);
  const splits = Math.max(1, Math.min(rows, Math.ceil(threads / inSplit)));
  const bundle = product && splits >= BUNDLE ? BUNDLE : 1;
  const tiles = fitting.map(([inputs, outputs]): FilterTile => ({ inputs, outputs, splits, bundle, workgroup: 32 }));
  return product ? [{ inputs: 4, outputs: 4, splits, bundle, workgroup: 64, gemm: true }, ...tiles] : tiles;
}

/** Tiles in quads beside `tiles`, with their splits. */
export function quadFilterTiles(tiles: readonly FilterTile[], inputs: number, outputs: number): FilterTile[] {
  // A product of matrices has threads of its own kind.
  const like = tiles.find(({ gemm }) => !gemm);
  if (!like || inputs % 4 !== 0) return [];
  return [2, 1]
    .filter(n => outputs % (4 * n) === 0)
    .map(n => ({ ...like, inputs: 4, outputs: n, quads: true as const }));
}
