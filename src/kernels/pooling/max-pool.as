// 2×2 maximum with stride 2, and its gradient, which goes to the first maximum in row order. A chunk is some rows of all images.
import { firstOf } from '../simd';
import { at } from '../tensor';

@unmanaged
export class PoolShape {
  input: usize;
  inputStride: i32;
  /** Of the pooled tensor: backward alone. */
  gradient: usize;
  gradientStride: i32;
  /** Forward the pooled tensor, backward the gradient of the input. */
  output: usize;
  outputStride: i32;
  channels: i32;
  /** Of the pooled tensor. */
  side: i32;
  /** Of the pooled tensor, of all images. */
  rows: i32;
  rowsPerChunk: i32;
  accumulate: i32;
}

export function maxPool(shape: PoolShape, chunk: i32, scratch: usize): void {
  pool(shape, chunk, false);
}

export function maxPoolGradient(shape: PoolShape, chunk: i32, scratch: usize): void {
  pool(shape, chunk, true);
}

function pool(shape: PoolShape, chunk: i32, backward: bool): void {
  const begin = firstOf(chunk, shape.rowsPerChunk, shape.rows);
  const end = min(begin + shape.rowsPerChunk, shape.rows);
  const side = shape.side;
  for (let row = begin; row < end; row++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < shape.channels; c++) {
        const first = row * 4 * side + 2 * x;
        let best = load<f32>(at(shape.input, shape.inputStride, first, c));
        let winner = 0;
        for (let q = 1; q < 4; q++) {
          const value = load<f32>(at(shape.input, shape.inputStride, first + (q >> 1) * 2 * side + (q & 1), c));
          if (value > best) {
            best = value;
            winner = q;
          }
        }
        const pixel = row * side + x;
        if (!backward) {
          store<f32>(at(shape.output, shape.outputStride, pixel, c), best);
          continue;
        }
        const g = load<f32>(at(shape.gradient, shape.gradientStride, pixel, c));
        for (let q = 0; q < 4; q++) {
          const to = at(shape.output, shape.outputStride, first + (q >> 1) * 2 * side + (q & 1), c);
          const d: f32 = q == winner ? g : 0;
          store<f32>(to, shape.accumulate ? load<f32>(to) + d : d);
        }
      }
}
