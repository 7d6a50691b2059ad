// A tensor [image, pixel, channel] in memory, whose channels may be a slice of a wider one's.

@unmanaged
export class Tensor {
  /** Address of the first value. */
  data: usize;
  /** Floats from pixel to pixel. */
  stride: i32;
}

/** Address of a channel of a pixel, counted over all images. */
@inline
export function at(data: usize, stride: i32, pixel: i32, channel: i32): usize {
  return data + (<usize>(pixel * stride + channel) << 2);
}
