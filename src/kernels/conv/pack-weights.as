// A convolution's weights [kernel, kernel, inputs, outputs] in the order in which conv.as reads them: [phase][block of 8][row][column][in][8],
// with zeros for outputs beyond the last. A packed weight is the sum of the weights whose taps fall on that row and column of the window:
// one, or up to four below an upsampling. For input gradients `in` and `out` change places.
//
// A chunk is one phase of one block of 8 outputs of one convolution; a table tells which.
import { loadSome } from '../simd';

@unmanaged
export class PackedConv {
  /** Places of the first weight and of the first packed one. */
  source: i32;
  to: i32;
  kernel: i32;
  /** As the packed convolution sees them. */
  inputs: i32;
  outputs: i32;
  transposed: i32;
  phases: i32;
  /** Place of its phases in the table, in words from the table's beginning. */
  at: i32;
}

/** Bits of `rowTaps` and `columnTaps`, 4 for each row and column of the window: which taps of the kernel fall there. */
@unmanaged
export class PackedPhase {
  rows: i32;
  columns: i32;
  /** First packed weight of the phase, from the convolution's. */
  weights: i32;
  rowTaps: i32;
  columnTaps: i32;
}

@unmanaged
export class PackShape {
  weights: usize;
  packed: usize;
  table: usize;
  /** Convolutions at the table's beginning. */
  convs: i32;
}

export function packWeights(shape: PackShape, chunk: i32, scratch: usize): void {
  let conv = changetype<PackedConv>(shape.table);
  for (let i = 0; i < shape.convs; i++) {
    const chunks = conv.phases * ((conv.outputs + 7) >> 3);
    if (chunk < chunks) break;
    chunk -= chunks;
    conv = changetype<PackedConv>(changetype<usize>(conv) + offsetof<PackedConv>());
  }
  const block = chunk / conv.phases;
  const phase = changetype<PackedPhase>(
    shape.table + (<usize>conv.at << 2) + <usize>(chunk % conv.phases) * offsetof<PackedPhase>(),
  );
  const inputs = conv.inputs;
  const outputs = conv.outputs;
  const kernel = conv.kernel;
  const count = min(8, outputs - (block << 3));
  let to = shape.packed + (<usize>(conv.to + phase.weights + block * phase.rows * phase.columns * inputs * 8) << 2);
  const source = shape.weights + (<usize>conv.source << 2);
  for (let r = 0; r < phase.rows; r++) {
    const rowTaps = (phase.rowTaps >> (4 * r)) & 15;
    for (let c = 0; c < phase.columns; c++) {
      const columnTaps = (phase.columnTaps >> (4 * c)) & 15;
      if (conv.transposed) packTransposed(conv, rowTaps, columnTaps, block << 3, count, source, to);
      else packPlain(conv, rowTaps, columnTaps, block << 3, count, source, to);
      to += <usize>inputs << 5;
    }
  }
}

@inline
function has(taps: i32, k: i32): bool {
  return ((taps >> k) & 1) != 0;
}

/** Outputs lie side by side in the source. */
function packPlain(conv: PackedConv, rowTaps: i32, columnTaps: i32, first: i32, count: i32, source: usize, to: usize): void {
  const inputs = conv.inputs;
  const outputs = conv.outputs;
  for (let i = 0; i < inputs; i++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    for (let ky = 0; ky < conv.kernel; ky++) {
      if (!has(rowTaps, ky)) continue;
      for (let kx = 0; kx < conv.kernel; kx++) {
        if (!has(columnTaps, kx)) continue;
        const from = source + (<usize>(((ky * conv.kernel + kx) * inputs + i) * outputs + first) << 2);
        low = f32x4.add(low, loadSome(from, count));
        high = f32x4.add(high, loadSome(from + 16, count - 4));
      }
    }
    v128.store(to, low);
    v128.store(to, high, 16);
    to += 32;
  }
}

/** Inputs lie side by side in the source: four inputs × four outputs are turned round at a time. */
function packTransposed(conv: PackedConv, rowTaps: i32, columnTaps: i32, first: i32, count: i32, source: usize, to: usize): void {
  const inputs = conv.inputs;
  const rowBytes = <usize>inputs << 2;
  for (let i = 0; i < inputs; i += 4) {
    const some = min(4, inputs - i);
    for (let half = 0; half < 8; half += 4) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      const left = count - half;
      for (let ky = 0; ky < conv.kernel; ky++) {
        if (!has(rowTaps, ky)) continue;
        for (let kx = 0; kx < conv.kernel; kx++) {
          if (!has(columnTaps, kx)) continue;
          const tap = (ky * conv.kernel + kx) * inputs * conv.outputs;
          const from = source + (<usize>(tap + (first + half) * inputs + i) << 2);
          if (left > 0) a = f32x4.add(a, loadSome(from, some));
          if (left > 1) b = f32x4.add(b, loadSome(from + rowBytes, some));
          if (left > 2) c = f32x4.add(c, loadSome(from + 2 * rowBytes, some));
          if (left > 3) d = f32x4.add(d, loadSome(from + 3 * rowBytes, some));
        }
      }
      const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const cd = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const abHigh = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      const cdHigh = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      const at = to + (<usize>half << 2);
      v128.store(at, i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
      if (some > 1) v128.store(at, i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 32);
      if (some > 2) v128.store(at, i8x16.shuffle(abHigh, cdHigh, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), 64);
      if (some > 3)
        v128.store(at, i8x16.shuffle(abHigh, cdHigh, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 96);
    }
    to += 128;
  }
}
