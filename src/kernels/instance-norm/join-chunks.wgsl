// What statistics.wgsl found in an image's chunks, joined in their order.
//
//   forward:   mean = Σ nᵢ meanᵢ / n;  variance = Σ (distancesᵢ + nᵢ (meanᵢ − mean)²) / n   (Chan, Golub and LeVeque 1983)
//   backward:  the two sums are added
//
// `partial`, [image, chunk, channel], and a shape with pixels, channels, chunk and chunks are whoever's that calls it.

fn pixelsOf(chunk: u32) -> f32 { return f32(min(shape.chunk, shape.pixels - chunk * shape.chunk)); }

fn joinedChunks(image: u32, channel: u32) -> vec2f {
  let first = image * shape.chunks * shape.channels + channel;
  //# if backward
  var sum = vec2f();
  for (var c = 0u; c < shape.chunks; c++) { sum += partial[first + c * shape.channels]; }
  return sum;
  //# end
  //# if !backward
  // Relative to the first chunk's mean, so that a large mean does not cost the sum its digits.
  let origin = partial[first].x;
  var shift = 0.0;
  for (var c = 0u; c < shape.chunks; c++) {
    shift += pixelsOf(c) * (partial[first + c * shape.channels].x - origin);
  }
  let mean = origin + shift / f32(shape.pixels);
  var distances = 0.0;
  for (var c = 0u; c < shape.chunks; c++) {
    let part = partial[first + c * shape.channels];
    distances += part.y + pixelsOf(c) * (part.x - mean) * (part.x - mean);
  }
  return vec2f(mean, 1.0 / sqrt(distances / f32(shape.pixels) + epsilon));
  //# end
}
