// Gradient of leaky ReLU, in place: gradient *= output > 0 ? 1 : slope. The output's sign is the input's. A chunk is some pixels.
import { firstOf, loadSome, storeSome } from '../simd';
import { at } from '../tensor';

@unmanaged
export class LeakyReluShape {
  output: usize;
  outputStride: i32;
  gradient: usize;
  gradientStride: i32;
  channels: i32;
  /** Of all images. */
  pixels: i32;
  pixelsPerChunk: i32;
  slope: f32;
}

export function leakyReluGradient(shape: LeakyReluShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const slope = f32x4.splat(shape.slope);
  for (let p = begin; p < end; p++)
    for (let c = 0; c < shape.channels; c += 4) {
      const count = min(4, shape.channels - c);
      const y = loadSome(at(shape.output, shape.outputStride, p, c), count);
      const to = at(shape.gradient, shape.gradientStride, p, c);
      const g = loadSome(to, count);
      storeSome(to, v128.bitselect(g, f32x4.mul(g, slope), f32x4.gt(y, f32x4.splat(0))), count);
    }
}
