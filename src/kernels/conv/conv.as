// Convolution in every form that a network needs: forward at stride 1 and 2, of an upsampled tensor, and the input gradients of these. Each
// is one or four *phases*: a phase makes the output pixels (outputStep·y + outputRow, outputStep·x + outputColumn), y and x < grid, from
//
//   output[…, o] = Σ over r < rows, k < length of patch[inputStep·y + top + r, inputStep·x + left, k…] · weights[o, r, k]
//
// where k runs over the columns of the window and its channels together, for these lie one after the other in the patch. phases.ts derives
// phases from a layer; pack-weights.as lays the weights out as [phase][block of 8 outputs][r][k][8].
//
// A chunk is some rows of the grid of one image, and some blocks of 8 outputs. Its registers hold 6 pixels × 8 outputs: 12 sums, which two
// vectors of weights and 6 repeated inputs feed with 12 multiply-adds.
import { fma, firstOf, loadSome, storeSome } from '../simd';
import { copyPatch, Source } from './patch';

@unmanaged
export class Phase {
  top: i32;
  left: i32;
  rows: i32;
  length: i32;
  /** Place of its first packed weight. */
  weights: i32;
  outputRow: i32;
  outputColumn: i32;
}

@unmanaged
export class ConvShape extends Source {
  output: usize;
  outputSide: i32;
  outputStride: i32;
  outputs: i32;
  weights: usize;
  /** Addresses, 0 for none. The residual is of the output's side, or of half of it and raised. */
  bias: usize;
  residual: usize;
  residualStride: i32;
  residualRaised: i32;
  /** Of the leaky ReLU of the result; 1 for none. */
  slope: f32;
  /** Add to what the output holds. */
  accumulate: i32;
  grid: i32;
  inputStep: i32;
  outputStep: i32;
  /** Of all phases: the patch's first row and column beside the grid's, its width, and the rows that one row of the grid reads. */
  top: i32;
  left: i32;
  width: i32;
  span: i32;
  rowsPerChunk: i32;
  rowChunks: i32;
  blocksPerChunk: i32;
  blockChunks: i32;
  /** Bytes of the largest patch; the sums of a row lie behind it. */
  patchBytes: i32;
  phases: i32;
}

export function conv(shape: ConvShape, chunk: i32, scratch: usize): void {
  const blocks = (shape.outputs + 7) >> 3;
  const part = chunk % shape.blockChunks;
  const line = chunk / shape.blockChunks;
  const image = line / shape.rowChunks;
  const y0 = firstOf(line % shape.rowChunks, shape.rowsPerChunk, shape.grid);
  const y1 = min(y0 + shape.rowsPerChunk, shape.grid);
  const step = shape.inputStep;
  const pixelBytes = <usize>shape.channels << 2;
  const rowBytes = <usize>shape.width * pixelBytes;
  copyPatch(
    shape,
    image,
    y0 * step + shape.top,
    shape.left,
    (y1 - 1 - y0) * step + shape.span,
    shape.width,
    scratch,
  );
  const sums = scratch + <usize>shape.patchBytes;
  const end = min((part + 1) * shape.blocksPerChunk, blocks);
  for (let block = part * shape.blocksPerChunk; block < end; block++) {
    for (let p = 0; p < shape.phases; p++) {
      const phase = changetype<Phase>(
        changetype<usize>(shape) + offsetof<ConvShape>() + <usize>p * offsetof<Phase>(),
      );
      const weights = shape.weights + (<usize>(phase.weights + block * phase.rows * phase.length * 8) << 2);
      for (let y = y0; y < y1; y++) {
        const from =
          scratch +
          <usize>((y - y0) * step + phase.top - shape.top) * rowBytes +
          <usize>(phase.left - shape.left) * pixelBytes;
        rowSums(phase.rows, phase.length, from, rowBytes, <usize>step * pixelBytes, weights, shape.grid, sums);
        finishRow(shape, phase, image, y, block << 3, sums);
      }
    }
  }
}

// sums[x, 8] of one row of the grid.
function rowSums(
  rows: i32,
  length: i32,
  input: usize,
  rowBytes: usize,
  step: usize,
  weights: usize,
  pixels: i32,
  sums: usize,
): void {
  let left = pixels;
  while (left > 0) {
    let n = 1;
    // 8 as 4 + 4 rather than 6 + 2: fewer than 8 sums cannot hide a multiply-add's latency.
    if (left >= 6 && left != 8) {
      tile6(rows, length, input, rowBytes, step, weights, sums);
      n = 6;
    } else if (left >= 4) {
      tile4(rows, length, input, rowBytes, step, weights, sums);
      n = 4;
    } else if (left >= 2) {
      tile2(rows, length, input, rowBytes, step, weights, sums);
      n = 2;
    } else tile1(rows, length, input, rowBytes, step, weights, sums);
    left -= n;
    input += <usize>n * step;
    sums += <usize>n << 5;
  }
}

function tile6(rows: i32, length: i32, input: usize, rowBytes: usize, step: usize, weights: usize, sums: usize): void {
  tile(6, rows, length, input, rowBytes, step, weights, sums);
}

function tile4(rows: i32, length: i32, input: usize, rowBytes: usize, step: usize, weights: usize, sums: usize): void {
  tile(4, rows, length, input, rowBytes, step, weights, sums);
}

function tile2(rows: i32, length: i32, input: usize, rowBytes: usize, step: usize, weights: usize, sums: usize): void {
  tile(2, rows, length, input, rowBytes, step, weights, sums);
}

function tile1(rows: i32, length: i32, input: usize, rowBytes: usize, step: usize, weights: usize, sums: usize): void {
  tile(1, rows, length, input, rowBytes, step, weights, sums);
}

// PIXELS is a constant wherever this is inlined, so that what it leaves out is not there.
@inline
function tile(
  PIXELS: i32,
  rows: i32,
  length: i32,
  input: usize,
  rowBytes: usize,
  step: usize,
  weights: usize,
  sums: usize,
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
  let w = weights;
  for (let r = 0; r < rows; r++) {
    let p0 = input + <usize>r * rowBytes;
    let k = length;
    for (; k >= 2; k -= 2) {
      const p1 = p0 + step;
      const p2 = p1 + step;
      const p3 = p2 + step;
      const p4 = p3 + step;
      const p5 = p4 + step;
      {
        const low = v128.load(w);
        const high = v128.load(w, 16);
        const x0 = v128.load_splat<f32>(p0);
        a0 = fma(x0, low, a0);
        b0 = fma(x0, high, b0);
        if (PIXELS > 1) {
          const x1 = v128.load_splat<f32>(p1);
          a1 = fma(x1, low, a1);
          b1 = fma(x1, high, b1);
        }
        if (PIXELS > 2) {
          const x2 = v128.load_splat<f32>(p2);
          a2 = fma(x2, low, a2);
          b2 = fma(x2, high, b2);
          const x3 = v128.load_splat<f32>(p3);
          a3 = fma(x3, low, a3);
          b3 = fma(x3, high, b3);
        }
        if (PIXELS > 4) {
          const x4 = v128.load_splat<f32>(p4);
          a4 = fma(x4, low, a4);
          b4 = fma(x4, high, b4);
          const x5 = v128.load_splat<f32>(p5);
          a5 = fma(x5, low, a5);
          b5 = fma(x5, high, b5);
        }
      }
      {
        const low = v128.load(w, 32);
        const high = v128.load(w, 48);
        const x0 = v128.load_splat<f32>(p0, 4);
        a0 = fma(x0, low, a0);
        b0 = fma(x0, high, b0);
        if (PIXELS > 1) {
          const x1 = v128.load_splat<f32>(p1, 4);
          a1 = fma(x1, low, a1);
          b1 = fma(x1, high, b1);
        }
        if (PIXELS > 2) {
          const x2 = v128.load_splat<f32>(p2, 4);
          a2 = fma(x2, low, a2);
          b2 = fma(x2, high, b2);
          const x3 = v128.load_splat<f32>(p3, 4);
          a3 = fma(x3, low, a3);
          b3 = fma(x3, high, b3);
        }
        if (PIXELS > 4) {
          const x4 = v128.load_splat<f32>(p4, 4);
          a4 = fma(x4, low, a4);
          b4 = fma(x4, high, b4);
          const x5 = v128.load_splat<f32>(p5, 4);
          a5 = fma(x5, low, a5);
          b5 = fma(x5, high, b5);
        }
      }
      p0 += 8;
      w += 64;
    }
    if (k > 0) {
      const low = v128.load(w);
      const high = v128.load(w, 16);
      const x0 = v128.load_splat<f32>(p0);
      a0 = fma(x0, low, a0);
      b0 = fma(x0, high, b0);
      if (PIXELS > 1) {
        const x1 = v128.load_splat<f32>(p0 + step);
        a1 = fma(x1, low, a1);
        b1 = fma(x1, high, b1);
      }
      if (PIXELS > 2) {
        const x2 = v128.load_splat<f32>(p0 + 2 * step);
        a2 = fma(x2, low, a2);
        b2 = fma(x2, high, b2);
        const x3 = v128.load_splat<f32>(p0 + 3 * step);
        a3 = fma(x3, low, a3);
        b3 = fma(x3, high, b3);
      }
      if (PIXELS > 4) {
        const x4 = v128.load_splat<f32>(p0 + 4 * step);
        a4 = fma(x4, low, a4);
        b4 = fma(x4, high, b4);
        const x5 = v128.load_splat<f32>(p0 + 5 * step);
        a5 = fma(x5, low, a5);
        b5 = fma(x5, high, b5);
      }
      w += 32;
    }
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  if (PIXELS > 1) {
    v128.store(sums, a1, 32);
    v128.store(sums, b1, 48);
  }
  if (PIXELS > 2) {
    v128.store(sums, a2, 64);
    v128.store(sums, b2, 80);
    v128.store(sums, a3, 96);
    v128.store(sums, b3, 112);
  }
  if (PIXELS > 4) {
    v128.store(sums, a4, 128);
    v128.store(sums, b4, 144);
    v128.store(sums, a5, 160);
    v128.store(sums, b5, 176);
  }
}

// Bias, residual and leaky ReLU, and where the sums go.
function finishRow(shape: ConvShape, phase: Phase, image: i32, y: i32, first: i32, sums: usize): void {
  const count = min(8, shape.outputs - first);
  const more = count - 4;
  const row = y * shape.outputStep + phase.outputRow;
  const stepBytes = <usize>(shape.outputStep * shape.outputStride) << 2;
  let to =
    shape.output +
    (<usize>(((image * shape.outputSide + row) * shape.outputSide + phase.outputColumn) * shape.outputStride + first) <<
      2);
  let low = f32x4.splat(0);
  let high = f32x4.splat(0);
  if (shape.bias) {
    low = loadSome(shape.bias + (<usize>first << 2), count);
    high = loadSome(shape.bias + (<usize>first << 2) + 16, more);
  }
  const raised = shape.residualRaised;
  const residualRow = shape.residual
    ? shape.residual +
      (<usize>((image * (shape.outputSide >> raised) + (row >> raised)) * (shape.outputSide >> raised) * shape.residualStride + first) <<
        2)
    : 0;
  const slope = shape.slope;
  const zero = f32x4.splat(0);
  for (let x = 0; x < shape.grid; x++) {
    let a = f32x4.add(v128.load(sums), low);
    let b = f32x4.add(v128.load(sums, 16), high);
    if (residualRow) {
      const column = x * shape.outputStep + phase.outputColumn;
      const other = residualRow + (<usize>((column >> raised) * shape.residualStride) << 2);
      a = f32x4.add(a, loadSome(other, count));
      b = f32x4.add(b, loadSome(other + 16, more));
    }
    if (slope != 1) {
      a = v128.bitselect(a, f32x4.mul(a, f32x4.splat(slope)), f32x4.gt(a, zero));
      b = v128.bitselect(b, f32x4.mul(b, f32x4.splat(slope)), f32x4.gt(b, zero));
    }
    if (shape.accumulate) {
      a = f32x4.add(a, loadSome(to, count));
      b = f32x4.add(b, loadSome(to + 16, more));
    }
    storeSome(to, a, count);
    storeSome(to + 16, b, more);
    sums += 32;
    to += stepBytes;
  }
}
