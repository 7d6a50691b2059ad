// The gradient of a convolution's weights, in the packed layout of conv.as, as partial sums over parts of the pixels:
//
//   partial[phase][block of 8][r][k][8] = Σ over the part's grid pixels of patch[… + r, …, k] · gradient[pixel of that phase, 8 of block]
//
// join-filter-gradient.as adds the parts in their order and undoes the packing. A chunk is some blocks of 8 outputs of one part, a part some
// rows of the grid of some images. Within it the pixels are taken in *areas* of a few rows and columns whose patch and gradient stay in the
// first cache while every tile of the result sweeps over them: in whole rows of 256 pixels, two threads fell to a third of their speed.
//
// The registers hold 6 values k × 8 outputs.
import { fma, firstOf } from '../simd';
import { Phase } from './conv';
import { copyPatch, Source } from './patch';

@unmanaged
export class FilterGradientShape extends Source {
  gradient: usize;
  gradientSide: i32;
  gradientStride: i32;
  outputs: i32;
  partial: usize;
  /** Floats of one part. */
  partialSize: i32;
  images: i32;
  grid: i32;
  inputStep: i32;
  outputStep: i32;
  top: i32;
  left: i32;
  /** Rows and columns of the patch beyond those of a single grid pixel. */
  span: i32;
  /** Rows of the grid over all images in a part; areas do not cross images. */
  rowsPerPart: i32;
  areaRows: i32;
  areaColumns: i32;
  blocksPerChunk: i32;
  blockChunks: i32;
  phases: i32;
}

export function filterGradient(shape: FilterGradientShape, chunk: i32, scratch: usize): void {
  const blocks = (shape.outputs + 7) >> 3;
  const part = chunk / shape.blockChunks;
  const firstBlock = (chunk % shape.blockChunks) * shape.blocksPerChunk;
  const endBlock = min(firstBlock + shape.blocksPerChunk, blocks);
  const lines = shape.images * shape.grid;
  const end = min((part + 1) * shape.rowsPerPart, lines);
  const partial = shape.partial + (<usize>part * <usize>shape.partialSize << 2);
  clear(shape, partial, firstBlock, endBlock);
  let line = firstOf(part, shape.rowsPerPart, lines);
  while (line < end) {
    const image = line / shape.grid;
    const y = line % shape.grid;
    const rows = min(min(shape.areaRows, end - line), shape.grid - y);
    for (let x = 0; x < shape.grid; x += shape.areaColumns)
      addArea(shape, partial, firstBlock, endBlock, image, y, x, rows, min(shape.areaColumns, shape.grid - x), scratch);
    line += rows;
  }
}

@inline
function phaseOf(shape: FilterGradientShape, p: i32): Phase {
  return changetype<Phase>(
    changetype<usize>(shape) + offsetof<FilterGradientShape>() + <usize>p * offsetof<Phase>(),
  );
}

function clear(shape: FilterGradientShape, partial: usize, firstBlock: i32, endBlock: i32): void {
  for (let p = 0; p < shape.phases; p++) {
    const phase = phaseOf(shape, p);
    const size = phase.rows * phase.length * 8;
    memory.fill(
      partial + (<usize>(phase.weights + firstBlock * size) << 2),
      0,
      <usize>((endBlock - firstBlock) * size) << 2,
    );
  }
}

function addArea(
  shape: FilterGradientShape,
  partial: usize,
  firstBlock: i32,
  endBlock: i32,
  image: i32,
  y: i32,
  x: i32,
  rows: i32,
  columns: i32,
  scratch: usize,
): void {
  const step = shape.inputStep;
  const width = (columns - 1) * step + shape.span;
  const height = (rows - 1) * step + shape.span;
  copyPatch(shape, image, y * step + shape.top, x * step + shape.left, height, width, scratch);
  const pixelBytes = <usize>shape.channels << 2;
  const rowBytes = <usize>width * pixelBytes;
  const gradientStep = <usize>(shape.outputStep * shape.gradientStride) << 2;
  const gradientRow = <usize>(shape.outputStep * shape.gradientSide * shape.gradientStride) << 2;
  for (let p = 0; p < shape.phases; p++) {
    const phase = phaseOf(shape, p);
    const row = y * shape.outputStep + phase.outputRow;
    const column = x * shape.outputStep + phase.outputColumn;
    const gradient =
      shape.gradient +
      (<usize>((((image * shape.gradientSide + row) * shape.gradientSide + column) * shape.gradientStride)) << 2);
    const from =
      scratch + <usize>(phase.top - shape.top) * rowBytes + <usize>(phase.left - shape.left) * pixelBytes;
    for (let block = firstBlock; block < endBlock; block++)
      for (let r = 0; r < phase.rows; r++)
        strip(
          from + <usize>r * rowBytes,
          <usize>step * pixelBytes,
          <usize>step * rowBytes,
          gradient + (<usize>(block << 3) << 2),
          gradientStep,
          gradientRow,
          rows,
          columns,
          phase.length,
          partial + (<usize>(phase.weights + (block * phase.rows + r) * phase.length * 8) << 2),
        );
  }
}

// All k of one row of the window.
function strip(
  input: usize,
  step: usize,
  rowStep: usize,
  gradient: usize,
  gradientStep: usize,
  gradientRow: usize,
  rows: i32,
  columns: i32,
  length: i32,
  to: usize,
): void {
  let left = length;
  while (left > 0) {
    let n = 1;
    if (left >= 6 && left != 8) {
      tile6(input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
      n = 6;
    } else if (left >= 4) {
      tile4(input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
      n = 4;
    } else if (left >= 2) {
      tile2(input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
      n = 2;
    } else tile1(input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
    left -= n;
    input += <usize>n << 2;
    to += <usize>n << 5;
  }
}

// prettier-ignore
function tile6(input: usize, step: usize, rowStep: usize, gradient: usize, gradientStep: usize, gradientRow: usize, rows: i32, columns: i32, to: usize): void {
  tile(6, input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
}

function tile4(input: usize, step: usize, rowStep: usize, gradient: usize, gradientStep: usize, gradientRow: usize, rows: i32, columns: i32, to: usize): void {
  tile(4, input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
}

function tile2(input: usize, step: usize, rowStep: usize, gradient: usize, gradientStep: usize, gradientRow: usize, rows: i32, columns: i32, to: usize): void {
  tile(2, input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
}

function tile1(input: usize, step: usize, rowStep: usize, gradient: usize, gradientStep: usize, gradientRow: usize, rows: i32, columns: i32, to: usize): void {
  tile(1, input, step, rowStep, gradient, gradientStep, gradientRow, rows, columns, to);
}

// COUNT is a constant wherever this is inlined.
@inline
function tile(
  COUNT: i32,
  input: usize,
  step: usize,
  rowStep: usize,
  gradient: usize,
  gradientStep: usize,
  gradientRow: usize,
  rows: i32,
  columns: i32,
  to: usize,
): void {
  let a0 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let b4 = f32x4.splat(0);
  let a5 = f32x4.splat(0);
  let b5 = f32x4.splat(0);
  for (let y = 0; y < rows; y++) {
    let p = input + <usize>y * rowStep;
    let g = gradient + <usize>y * gradientRow;
    for (let x = 0; x < columns; x++) {
      const low = v128.load(g);
      const high = v128.load(g, 16);
      const x0 = v128.load_splat<f32>(p);
      a0 = fma(x0, low, a0);
      b0 = fma(x0, high, b0);
      if (COUNT > 1) {
        const x1 = v128.load_splat<f32>(p, 4);
        a1 = fma(x1, low, a1);
        b1 = fma(x1, high, b1);
      }
      if (COUNT > 2) {
        const x2 = v128.load_splat<f32>(p, 8);
        a2 = fma(x2, low, a2);
        b2 = fma(x2, high, b2);
        const x3 = v128.load_splat<f32>(p, 12);
        a3 = fma(x3, low, a3);
        b3 = fma(x3, high, b3);
      }
      if (COUNT > 4) {
        const x4 = v128.load_splat<f32>(p, 16);
        a4 = fma(x4, low, a4);
        b4 = fma(x4, high, b4);
        const x5 = v128.load_splat<f32>(p, 20);
        a5 = fma(x5, low, a5);
        b5 = fma(x5, high, b5);
      }
      p += step;
      g += gradientStep;
    }
  }
  add(to, a0, b0);
  if (COUNT > 1) add(to + 32, a1, b1);
  if (COUNT > 2) {
    add(to + 64, a2, b2);
    add(to + 96, a3, b3);
  }
  if (COUNT > 4) {
    add(to + 128, a4, b4);
    add(to + 160, a5, b5);
  }
}

@inline
function add(to: usize, a: v128, b: v128): void {
  v128.store(to, f32x4.add(v128.load(to), a));
  v128.store(to, f32x4.add(v128.load(to, 16), b), 16);
}
