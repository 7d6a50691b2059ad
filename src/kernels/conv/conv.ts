/** Host side of conv.wgsl, conv-shared.wgsl and conv-gemm.wgsl: forward convolutions and their input gradients as dispatches. */
import {
  bytesOf,
  count,
  cut,
  type Dispatch,
  grid,
  makeDispatch,
  type Range,
  type Slot,
  type View,
} from '../dispatch.ts';
import {
  type BlockSums,
  blockSumsDispatch,
  partialBytes,
  sumsOfTile,
  type ThroughNorm,
} from '../instance-norm/blocks.ts';
import throughSource from '../instance-norm/through.wgsl?raw';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand, product, type Row, range } from '../template.ts';
import registersSource from './conv.wgsl?raw';
import gemmSource from './conv-gemm.wgsl?raw';
import shapeSource from './conv-shape.wgsl?raw';
import sharedSource from './conv-shared.wgsl?raw';

/**
 * How a tile's source columns lie: `plain` at the stride; `upsampled` reads a tensor of half the side as if it were
 * upsampled; `dilated` is the input gradient of a stride of 2, whose source has half the side.
 */
export type ConvForm = 'plain' | 'upsampled' | 'dilated';

/** Output pixels and output channels of a thread, and threads of a workgroup. */
export interface ConvTile {
  readonly pixels: number;
  readonly channels: number;
  readonly workgroup: number;
  /**
   * By way of workgroup memory: `rows` of output rows, `lanes` threads side by side over the output channels, `block` input
   * channels at a time. The workgroup is then rows × lanes.
   */
  readonly shared?: { readonly rows: number; readonly lanes: number; readonly block: number };
  /**
   * As a product of matrices, the four output channels of a thread next to each other: shape as for `shared`, whose place it takes. Rows
   * must be a multiple of 8.
   */
  readonly gemm?: {
    readonly rows: number;
    readonly lanes: number;
    readonly block: number;
    /** Layers of threads that take parts of the sum each; then input channels must be whole parts, and the form not dilated. */
    readonly depth?: number;
  };
  /** Input values go from thread to thread in quads of a subgroup; input channels and groups must be multiples of 4. */
  readonly quads?: true;
}

export interface ConvArguments {
  readonly label: string;
  readonly form: ConvForm;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros before the first row and column; for `dilated`, those of the convolution whose gradient it is. */
  readonly pad: number;
  readonly input: View;
  readonly output: View;
  /** Holds weights [kernel, kernel, inputs, outputs] from value `weightsAt`, and a bias from `biasAt`. */
  readonly weights: Slot;
  readonly weightsAt: number;
  readonly biasAt?: number | undefined;
  /** Added to the result; of half the side, and then raised, if its side says so. */
  readonly residual?: View | undefined;
  /** Leaky ReLU of the result. */
  readonly slope?: number | undefined;
  /** Of the result, last of all. */
  readonly dropout?: { readonly rate: number; readonly stream: number } | undefined;
  /** Add to what the output holds. */
  readonly accumulate?: boolean;
  /** The input is read through this norm. */
  readonly through?: ThroughNorm | undefined;
  /** A norm needs the result's sums. */
  readonly sums?: BlockSums | undefined;
  readonly tile: ConvTile;
  /** FLOP of the largest dispatch; without it LARGEST_FLOPS. */
  readonly largest?: number;
}

/**
 * One dispatch, or several of some of the tiles each where one were too large, and one for `sums` where the tiles do not find them. A
 * thread's `pixels` must be even unless the form is plain; `channels` must divide the output's.
 */
export function convDispatches(args: ConvArguments): Dispatch[] {
  const { label, form, kernel, input, output, residual, biasAt, tile } = args;
  if (form !== 'plain' && tile.pixels % 2 !== 0) throw new RangeError(`${label}: ${form} needs an even tile`);
  const shared = tile.shared ?? tile.gemm;
  if (output.channels % (tile.channels * (shared?.lanes ?? 1)) !== 0)
    throw new RangeError(`${label}: tile does not divide the channels`);
  if (tile.quads && quadTile(tile, { inputs: input.channels, outputs: output.channels }).length === 0)
    throw new RangeError(`${label}: channels do not fill quads`);
  if (tile.shared && form === 'dilated') throw new RangeError(`${label}: ${form} has no tile in workgroup memory`);
  if (tile.gemm && (tile.channels !== 4 || tile.pixels % 4 !== 0 || tile.gemm.rows % 8 !== 0))
    throw new RangeError(`${label}: a product of matrices takes channels by four, and whole blocks of pixels`);
  if (tile.gemm?.depth && (form === 'dilated' || input.channels % SUM !== 0))
    throw new RangeError(`${label}: no sum of whole parts for several layers`);
  if (args.through && args.sums?.kind === 'sums') throw new RangeError(`${label}: one norm for a convolution`);
  const groups = output.channels / tile.channels;
  const step = stepOf(form);
  const tiles = Math.ceil(output.side / tile.pixels);
  // Threads, or with workgroup memory whole workgroups.
  const threads = shared
    ? (groups / shared.lanes) * tiles * Math.ceil(output.side / (shared.rows * step)) * step * output.batch
    : groups * tiles * output.side * output.batch;
  const raised = residual !== undefined && residual.side !== output.side;
  // A dilated source gives each output pixel a quarter of the taps; upsampling is counted as it is computed.
  const taps = form === 'dilated' ? (kernel * kernel) / 4 : kernel * kernel;
  const flops = (2 * taps * input.channels * count(output) * output.channels) / output.stride;
  const { sums, through, dropout } = args;
  const backward = sums?.kind === 'sums' ? sums : undefined;
  const norm = through ?? backward?.norm;
  const values =
    bytesOf(input) +
    bytesOf(output) * (args.accumulate ? 2 : 1) +
    (residual ? bytesOf(residual) : 0) +
    (sums && tile.gemm ? partialBytes(output, sums.partials.step) : 0) +
    (backward && tile.gemm ? (bytesOf(output) * (output.channels - backward.from)) / output.channels : 0);
  const weights = kernel * kernel * input.channels * output.channels * 4;
  const code = convCode(args);
  const workgroup = shared ? 1 : tile.workgroup;
  const part = ({ first, end }: Range) =>
    makeDispatch<Shaders['conv/conv-shape']>({
      label,
      code,
      shape: {
        first,
        threads: end,
        side: output.side,
        sourceSide: input.side,
        inputs: input.channels,
        outputs: output.channels,
        groups,
        inputStride: input.stride,
        inputOffset: input.offset,
        outputStride: output.stride,
        outputOffset: output.offset,
        weights: args.weightsAt,
        bias: biasAt ?? 0,
        residualStride: residual?.stride ?? 0,
        residualOffset: residual?.offset ?? 0,
        hasBias: biasAt === undefined ? 0 : 1,
        residual: residual ? (raised ? 2 : 1) : 0,
        accumulate: args.accumulate ? 1 : 0,
        slope: args.slope ?? 1,
        stream: dropout?.stream ?? 0,
        rate: dropout?.rate ?? 0,
        coefficients: norm?.at ?? 0,
        coefficientStride: norm?.stride ?? 0,
        normSlope: norm?.slope ?? 1,
        normedStride: backward?.normed.stride ?? 0,
        normedOffset: backward?.normed.offset ?? 0,
        normedFrom: backward?.from ?? 0,
      },
      buffers: {
        input: input.slot,
        weights: args.weights,
        output: output.slot,
        // The shader's text does not depend on what follows the sum; where nothing is added the binding is not read.
        residual: (residual ?? input).slot,
        coefficients: through || tile.gemm ? norm?.coefficients : undefined,
        partial: tile.gemm ? sums?.partials.slot : undefined,
        normed: tile.gemm ? backward?.normed.slot : undefined,
      },
      workgroups: grid(end - first, workgroup),
      flops: (flops * (end - first)) / threads,
      bytes: (values * (end - first)) / threads + weights,
    });
  const passes = sums && !tile.gemm ? [blockSumsDispatch(`${label} sums`, output, sums)] : [];
  return [...cut(flops, threads, workgroup, args.largest).map(part), ...passes];
}

/** Rows apart that a workgroup of a product of matrices makes: those of one parity have the same taps where the source is dilated. */
export function stepOf(form: ConvForm): 1 | 2 {
  return form === 'dilated' ? 2 : 1;
}

/** Input channels of one kernel row whose products are summed on their own; a multiple of every `block`. */
export const SUM = 32;

/** The register that tap k of pixel p reads, by its column from the tile's first; undefined where the tap falls on a zero. */
function columnOf({ form, kernel, stride, pad, tile }: ConvArguments, p: number, k: number): number | undefined {
  // In workgroup memory lie the columns as the kernel sees them.
  if ((tile.shared ?? tile.gemm) && form !== 'dilated') return p * stride + k;
  switch (form) {
    case 'plain':
      return p * stride + k;
    case 'upsampled':
      return (p + k + 1) >> 1;
    case 'dilated': {
      const twice = p + pad - (kernel - 1 - k);
      return twice % 2 === 0 ? twice / 2 + 1 : undefined;
    }
    default:
      throw form satisfies never;
  }
}

function convCode(args: ConvArguments): string {
  const { form, kernel, stride, pad, tile } = args;
  const shared = tile.shared ?? tile.gemm;
  const quads = tile.quads === true;
  // Input channels that a thread takes at a time.
  const spread = range('j', quads || tile.gemm ? 4 : 1);
  const pixels = range('p', tile.pixels);
  const channels = range('n', tile.channels);
  const joined: Row[] = product(range('k', kernel), pixels).flatMap(({ p = 0, k = 0 }) => {
    const d = columnOf(args, p, k);
    return d === undefined ? [] : [{ p, k, d }];
  });
  const reads = [...new Set(joined.map(tap => tap.d ?? 0))].sort((a, b) => a - b);
  const columns = reads.map(d => ({ d }));
  const COLUMNS = (reads.at(-1) ?? 0) + 1;
  const source = tile.gemm ? gemmSource : tile.shared ? sharedSource : registersSource;
  const sums = tile.gemm ? args.sums?.kind : undefined;
  const dropping = args.sums?.kind === 'moments' || args.dropout !== undefined;
  const parts = [
    ...(dropping ? [randomSource] : []),
    ...[shapeSource, source],
    ...(args.through || sums === 'sums' ? [throughSource] : []),
    ...(sums ? [sumsOfTile] : []),
  ];
  return expand(parts.join('\n'), {
    stored: args.input.stored,
    subgroups: quads,
    constants: {
      ...(shared
        ? { ROWS: shared.rows, LANES: shared.lanes, BLOCK: shared.block, RAISE: form === 'upsampled' ? 2 : 1, COLUMNS }
        : { WORKGROUP: tile.workgroup, SPREAD: spread.length }),
      ...(tile.gemm ? { STEP: stepOf(form), DEPTH: tile.gemm.depth ?? 1 } : {}),
      SUM,
      P: tile.pixels,
      N: tile.channels,
      K: kernel,
      STRIDE: stride,
      PAD: pad,
    },
    lists: {
      accumulator: product(pixels, channels),
      pixel: pixels,
      column: columns,
      spread: product(spread, columns),
      weight: product(spread, range('k', kernel), tile.gemm ? [{}] : channels),
      tap: product(spread, joined, tile.gemm ? [{}] : channels),
      channel: channels,
      // Columns of pixels in a row of a block.
      four: range('a', tile.pixels / 4).map(({ a = 0 }) => ({ a: 4 * a, b: 4 * a + 1, c: 4 * a + 2, d: 4 * a + 3 })),
    },
    flags: {
      plain: form === 'plain',
      upsampled: form === 'upsampled',
      dilated: form === 'dilated',
      halved: form !== 'plain',
      quads,
      gemm: tile.gemm !== undefined,
      fours: tile.gemm !== undefined,
      deep: tile.gemm?.depth !== undefined,
      wide: tile.gemm !== undefined && inFours(args),
      dropping,
      through: args.through !== undefined,
      normed: args.through !== undefined || sums === 'sums',
      summing: sums !== undefined,
      moments: sums === 'moments',
      sums: sums === 'sums',
    },
  });
}

/** Whether every pixel of every tensor, and every weight of a first channel, begins at a multiple of four values. */
function inFours({ input, output, residual, weightsAt, through, sums }: ConvArguments): boolean {
  const normed = sums?.kind === 'sums' ? [sums.normed] : [];
  const views = [input, output, ...(residual ? [residual] : []), ...normed];
  const norms = [...(through ? [through] : []), ...(sums?.kind === 'sums' ? [sums.norm] : [])];
  return (
    weightsAt % 4 === 0 &&
    input.channels % 4 === 0 &&
    views.every(({ stride, offset }) => stride % 4 === 0 && offset % 4 === 0) &&
    norms.every(({ at, stride }) => at % 4 === 0 && stride % 4 === 0)
  );
}

/** Tiles worth trying for a shape, the one that is best on most software adapters first. */
export function convTiles(form: ConvForm, stride: number, outputs: number, side: number): ConvTile[] {
  const even = (n: number) => form === 'plain' || n % 2 === 0;
  const widest = form === 'plain' ? side : Math.max(2, side);
  const pixels = (stride === 2 ? [4, 2, 1] : [8, 4, 2, 1]).filter(n => even(n) && n <= widest);
  const channels = [4, 2, 1].filter(n => outputs % n === 0 && (outputs / n >= 4 || n === 1));
  const tiles: ConvTile[] = [];
  for (const p of pixels.slice(0, 2))
    for (const n of channels.slice(0, 2)) tiles.push({ pixels: p, channels: n, workgroup: 32 });
  return tiles;
}

/** The same tile in quads, where the shape's channels are whole for it. */
export function quadTile(tile: ConvTile, { inputs, outputs }: { inputs: number; outputs: number }): ConvTile[] {
  return inputs % 4 === 0 && (outputs / tile.channels) % 4 === 0 ? [{ ...tile, quads: true }] : [];
}

/** Tiles in workgroup memory worth trying for a shape; none for small images or few channels. */
export function sharedConvTiles(form: ConvForm, kernel: number, outputs: number, side: number): ConvTile[] {
  if (form === 'dilated' || side < 8) return [];
  const options = [
    { pixels: 8, channels: 4, rows: 8, lanes: 8 },
    { pixels: 4, channels: 4, rows: 8, lanes: 16 },
    { pixels: 8, channels: 2, rows: 16, lanes: 8 },
    { pixels: 8, channels: 1, rows: 8, lanes: 8 },
  ];
  // Whatever the tile, both of its arrays stay under 16 KiB, the least that WebGPU promises.
  return options
    .filter(({ channels, lanes }) => outputs % (channels * lanes) === 0)
    .map(({ pixels, channels, rows, lanes }) => ({
      pixels,
      channels,
      workgroup: rows * lanes,
      shared: { rows, lanes, block: kernel === 1 ? 16 : 8 },
    }));
}

/**
 * Products of matrices worth trying for a shape, the one with the fewest loads first; none where output channels do not come in sixteens,
 * or the image is smaller than a tile.
 */
export function gemmConvTiles({ form, kernel, stride, outputs, side }: ConvForGemm): ConvTile[] {
  if (side < 8 * stepOf(form)) return [];
  const shapes = [
    { lanes: 16, rows: 8 },
    { lanes: 8, rows: 16 },
    { lanes: 8, rows: 8 },
    { lanes: 4, rows: 16 },
  ];
  // At a stride a row of 8 pixels reads 17 columns or more, which would fill the registers.
  return (stride === 1 ? [8, 4] : [4]).flatMap(pixels =>
    shapes
      .filter(({ lanes }) => outputs % (lanes * 4) === 0)
      .map(({ lanes, rows }) => ({
        ...{ pixels, channels: 4, workgroup: rows * lanes },
        gemm: { rows, lanes, block: kernel === 1 ? 16 : 8 },
      })),
  );
}

/**
 * Products of matrices in several layers, for images of so few pixels that one layer leaves most of a GPU idle; none where input channels
 * are no whole parts of a sum. Their arrays stay under 16 KiB.
 */
export function deepConvTiles(shape: ConvForGemm & { readonly inputs: number }): ConvTile[] {
  const { form, kernel, stride, inputs, outputs, side } = shape;
  if (form === 'dilated' || side < 8 || side > 32 || inputs % SUM !== 0) return [];
  const shapes = [
    ...(stride === 1 ? [{ lanes: 4, rows: 8, depth: 4 }] : []),
    { lanes: stride === 1 ? 8 : 4, rows: 8, depth: 2 },
  ];
  return shapes
    .filter(({ lanes }) => outputs % (lanes * 4) === 0)
    .map(({ lanes, rows, depth }) => ({
      ...{ pixels: 4, channels: 4, workgroup: rows * lanes * depth },
      gemm: { rows, lanes, block: kernel === 1 ? 16 : 8, depth },
    }));
}

export interface ConvForGemm {
  readonly form: ConvForm;
  readonly kernel: number;
  readonly stride: number;
  readonly outputs: number;
  /** Of the output. */
  readonly side: number;
}
