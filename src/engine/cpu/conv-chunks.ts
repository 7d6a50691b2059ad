/**
 * How convolutions are cut into chunks, by what the caches of ordinary cores hold: 32 KiB near, 256 KiB and more behind it. From the shape
 * alone; see cpu-plan.ts.
 */
import { BLOCK } from '../../kernels/conv/phases.ts';

/** Chunks of one call at least, where its shape gives as many: so that 8 threads have two each. */
const FEWEST_CHUNKS = 16;
/** What a chunk copies of its input stays in the second cache beside the weights. */
const PATCH_BYTES = 200_000;
/** Packed weights beyond this would come from memory again for every few rows, so chunks divide them rather than the rows. */
const WEIGHT_BYTES = 128_000;

interface ConvShape {
  readonly grid: number;
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  readonly inputStep: number;
  readonly span: number;
}

export interface ConvChunks {
  /** Rows of the grid, and blocks of 8 outputs, of a chunk. */
  readonly rows: number;
  readonly blocks: number;
  readonly rowChunks: number;
  readonly blockChunks: number;
  readonly count: number;
  readonly patchBytes: number;
}

export function chunksOf({ grid, batch, inputs, outputs, width, inputStep, span }: ConvShape): ConvChunks {
  const all = Math.ceil(outputs / BLOCK);
  const patchOf = (rows: number) => ((rows - 1) * inputStep + span) * width * inputs * 4;
  let rows = grid;
  let blocks = all;
  const half = (n: number) => Math.ceil(n / 2);
  while (rows > 2 && patchOf(rows) > PATCH_BYTES) rows = half(rows);
  const count = () => batch * Math.ceil(grid / rows) * Math.ceil(all / blocks);
  const heavy = span * span * inputs * outputs * 4 > WEIGHT_BYTES;
  while (count() < FEWEST_CHUNKS) {
    if (heavy && blocks > 2) blocks = half(blocks);
    else if (rows > 4) rows = half(rows);
    else if (blocks > 1) blocks = half(blocks);
    else break;
  }
  const [rowChunks, blockChunks] = [Math.ceil(grid / rows), Math.ceil(all / blocks)];
  return { rows, blocks, rowChunks, blockChunks, count: count(), patchBytes: Math.ceil(patchOf(rows) / 16) * 16 };
}

/** Pixels that a tile of the filter gradient sweeps over at a time: a line of cache each, of input and of gradient. */
const AREA_PIXELS = 256;
const AREA_BYTES = 128_000;

export function areaOf({
  grid,
  inputs,
  inputStep,
  span,
}: {
  grid: number;
  inputs: number;
  inputStep: number;
  span: number;
}): { rows: number; columns: number; patchBytes: number } {
  const side = (n: number) => (n - 1) * inputStep + span;
  let columns = Math.min(grid, 32);
  let rows = Math.min(grid, Math.max(1, Math.floor(AREA_PIXELS / columns)));
  const bytes = () => side(rows) * side(columns) * inputs * 4;
  while (bytes() > AREA_BYTES && rows > 2) rows = Math.ceil(rows / 2);
  while (bytes() > AREA_BYTES && columns > 4) columns = Math.ceil(columns / 2);
  return { rows, columns, patchBytes: Math.ceil(bytes() / 16) * 16 };
}

const FILTER_CHUNKS = 16;
/** A chunk copies its patch for so many blocks of outputs at least. */
const FILTER_BLOCKS = 2;

/** `lines`: rows of the grid over all images. */
export function partsOf({ lines, outputs }: { lines: number; outputs: number }): {
  count: number;
  rows: number;
  blocks: number;
  blockChunks: number;
} {
  const all = Math.ceil(outputs / BLOCK);
  const blocks = Math.min(all, FILTER_BLOCKS);
  const blockChunks = Math.ceil(all / blocks);
  const wanted = Math.max(1, Math.min(Math.ceil(FILTER_CHUNKS / blockChunks), Math.ceil(lines / 4)));
  const rows = Math.ceil(lines / wanted);
  return { count: Math.ceil(lines / rows), rows, blocks, blockChunks };
}
