// A convolution's weights [kernel, kernel, inputs, outputs] in the order in which conv.as reads them: [phase][block of 8][row][column][in][8],
// with zeros for outputs beyond the last. A packed weight is the sum of the weights whose taps fall on that row and column of the window:
// one, or up to four below an upsampling. For input gradients `in` and `out` change places.
//
// A chunk is one phase of one block of 8 outputs of one convolution; a table tells which.
import { storeSome } from '../simd';

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
  const size = inputs * outputs;
  for (let r = 0; r < phase.rows; r++) {
    const rowTaps = (phase.rowTaps >> (4 * r)) & 15;
    for (let c = 0; c < phase.columns; c++) {
      const columnTaps = (phase.columnTaps >> (4 * c)) & 15;
      for (let i = 0; i < inputs; i++) {
        v128.store(to, f32x4.splat(0));
        v128.store(to, f32x4.splat(0), 16);
        for (let ky = 0; ky < kernel; ky++) {
          if (((rowTaps >> ky) & 1) == 0) continue;
          for (let kx = 0; kx < kernel; kx++) {
            if (((columnTaps >> kx) & 1) == 0) continue;
            const tap = (ky * kernel + kx) * size;
            for (let o = 0; o < count; o++) {
              const out = (block << 3) + o;
              const at = tap + (conv.transposed ? out * inputs + i : i * outputs + out);
              const place = to + (<usize>o << 2);
              store<f32>(place, load<f32>(place) + load<f32>(source + (<usize>at << 2)));
            }
          }
        }
        to += 32;
      }
    }
  }
}
