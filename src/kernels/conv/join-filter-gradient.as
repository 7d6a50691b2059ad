// The parts of filter-gradient.as added in their order, and the packing undone: what pack-weights.as adds up to one packed weight gets each
// that weight's gradient, so a weight's own gradient is the sum over all packed weights that it went into.
//
//   gradients[ky, kx, i, o] = Σ over phases, rows r with tap ky, columns c with tap kx, of Σ over parts of partial[phase][block][r][c][i][o]
//
// A chunk is some input channels of one tap.
import { firstOf } from '../simd';
import { PackedPhase } from './pack-weights';

@unmanaged
export class JoinShape {
  partial: usize;
  partialSize: i32;
  parts: i32;
  /** Address of the convolution's first gradient. */
  gradients: usize;
  kernel: i32;
  inputs: i32;
  outputs: i32;
  inputsPerChunk: i32;
  inputChunks: i32;
  phases: i32;
}

export function joinFilterGradient(shape: JoinShape, chunk: i32, scratch: usize): void {
  const inputs = shape.inputs;
  const outputs = shape.outputs;
  const tap = chunk / shape.inputChunks;
  const ky = tap / shape.kernel;
  const kx = tap % shape.kernel;
  const first = firstOf(chunk % shape.inputChunks, shape.inputsPerChunk, inputs);
  const end = min(first + shape.inputsPerChunk, inputs);
  const partBytes = <usize>shape.partialSize << 2;
  for (let i = first; i < end; i++) {
    let to = shape.gradients + (<usize>((tap * inputs + i) * outputs) << 2);
    for (let o = 0; o < outputs; o += 8) {
      let low = f32x4.splat(0);
      let high = f32x4.splat(0);
      for (let p = 0; p < shape.phases; p++) {
        const phase = changetype<PackedPhase>(
          changetype<usize>(shape) + offsetof<JoinShape>() + <usize>p * offsetof<PackedPhase>(),
        );
        for (let r = 0; r < phase.rows; r++) {
          if (((phase.rowTaps >> (4 * r + ky)) & 1) == 0) continue;
          for (let c = 0; c < phase.columns; c++) {
            if (((phase.columnTaps >> (4 * c + kx)) & 1) == 0) continue;
            const place = ((o >> 3) * phase.rows + r) * phase.columns * inputs + c * inputs + i;
            let at = shape.partial + (<usize>(phase.weights + place * 8) << 2);
            for (let part = 0; part < shape.parts; part++) {
              low = f32x4.add(low, v128.load(at));
              high = f32x4.add(high, v128.load(at, 16));
              at += partBytes;
            }
          }
        }
      }
      store8(to, low, high, min(8, outputs - o));
      to += 32;
    }
  }
}

function store8(to: usize, low: v128, high: v128, count: i32): void {
  if (count == 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  for (let i = 0; i < count; i++) {
    store<f32>(to + (<usize>i << 2), f32x4.extract_lane(low, 0));
    low = i == 3 ? high : i8x16.shuffle(low, low, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}
