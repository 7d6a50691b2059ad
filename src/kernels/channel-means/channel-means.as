// Mean of each channel of each image over its pixels, for tensors of few pixels. A chunk is an image.
import { loadSome, storeSome } from '../simd';
import { at } from '../tensor';

@unmanaged
export class ChannelMeansShape {
  input: usize;
  inputStride: i32;
  channels: i32;
  /** Of one image. */
  pixels: i32;
  /** [image, channel]. */
  means: usize;
}

/** Pixels summed on their own: the error of one long serial sum grows with its length. */
const BLOCK = 32;

export function channelMeans(shape: ChannelMeansShape, chunk: i32, scratch: usize): void {
  const pixels = shape.pixels;
  const first = chunk * pixels;
  const share = f32x4.splat(<f32>1 / <f32>pixels);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    let total = f32x4.splat(0);
    for (let begin = 0; begin < pixels; begin += BLOCK) {
      let part = f32x4.splat(0);
      const end = min(begin + BLOCK, pixels);
      for (let p = begin; p < end; p++)
        part = f32x4.add(part, loadSome(at(shape.input, shape.inputStride, first + p, c), count));
      total = f32x4.add(total, part);
    }
    storeSome(shape.means + (<usize>(chunk * shape.channels + c) << 2), f32x4.mul(total, share), count);
  }
}
