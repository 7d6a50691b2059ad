// The gradient of a bias, Σ over all pixels of gradient[pixel, channel]: sums of chunks of pixels, then those added in their order.
import { firstOf, loadSome, storeSome } from '../simd';
import { at } from '../tensor';

@unmanaged
export class BiasShape {
  gradient: usize;
  gradientStride: i32;
  channels: i32;
  /** Of all images. */
  pixels: i32;
  pixelsPerChunk: i32;
  chunks: i32;
  /** [chunk, channel]. */
  partial: usize;
  result: usize;
}

/** Pixels summed on their own: the error of one long serial sum grows with its length. */
const BLOCK = 32;

export function biasGradient(shape: BiasShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    let total = f32x4.splat(0);
    for (let p = begin; p < end; p += BLOCK) {
      let part = f32x4.splat(0);
      const stop = min(end, p + BLOCK);
      for (let q = p; q < stop; q++)
        part = f32x4.add(part, loadSome(at(shape.gradient, shape.gradientStride, q, c), count));
      total = f32x4.add(total, part);
    }
    storeSome(shape.partial + (<usize>(chunk * shape.channels + c) << 2), total, count);
  }
}

/** One chunk. */
export function joinBiasGradient(shape: BiasShape, chunk: i32, scratch: usize): void {
  for (let c = 0; c < shape.channels; c++) {
    let sum: f64 = 0;
    for (let i = 0; i < shape.chunks; i++) sum += load<f32>(shape.partial + (<usize>(i * shape.channels + c) << 2));
    store<f32>(shape.result + (<usize>c << 2), <f32>sum);
  }
}
