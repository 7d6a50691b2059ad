// Gradient of nearest upsampling by 2: output[b, y, x, c] = Σ of gradient's 2×2 block there. A chunk is some rows of all images.
import { firstOf, loadSome, storeSome } from '../simd';
import { at } from '../tensor';

@unmanaged
export class UpsampleShape {
  gradient: usize;
  gradientStride: i32;
  output: usize;
  outputStride: i32;
  channels: i32;
  /** Of the output. */
  side: i32;
  /** Of the output, of all images. */
  rows: i32;
  rowsPerChunk: i32;
  accumulate: i32;
}

export function upsampleGradient(shape: UpsampleShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.rowsPerChunk, shape.rows);
  const end = min(begin + shape.rowsPerChunk, shape.rows);
  const side = shape.side;
  for (let row = begin; row < end; row++)
    for (let x = 0; x < side; x++) {
      const above = row * 4 * side + 2 * x;
      for (let c = 0; c < shape.channels; c += 4) {
        const count = min(4, shape.channels - c);
        const first = at(shape.gradient, shape.gradientStride, above, c);
        const next = <usize>shape.gradientStride << 2;
        const below = first + <usize>(2 * side) * next;
        let sum = f32x4.add(
          f32x4.add(loadSome(first, count), loadSome(first + next, count)),
          f32x4.add(loadSome(below, count), loadSome(below + next, count)),
        );
        const to = at(shape.output, shape.outputStride, row * side + x, c);
        if (shape.accumulate) sum = f32x4.add(sum, loadSome(to, count));
        storeSome(to, sum, count);
      }
    }
}
