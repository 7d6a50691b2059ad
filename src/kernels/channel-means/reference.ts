/** Mean of each channel of each image over its pixels, in double precision: [batch, side, side, channels] → [batch, channels]. */
export function channelMeans(batch: number, side: number, channels: number, input: ArrayLike<number>): Float64Array {
  const pixels = side * side;
  const means = new Float64Array(batch * channels);
  for (let b = 0; b < batch; b++)
    for (let p = 0; p < pixels; p++)
      for (let c = 0; c < channels; c++) means[b * channels + c]! += input[(b * pixels + p) * channels + c]! / pixels;
  return means;
}
