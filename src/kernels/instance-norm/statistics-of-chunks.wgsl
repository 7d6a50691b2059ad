// Joins what statistics.wgsl found in an image's chunks, in their order.
//
//   forward:   mean = Σ nᵢ meanᵢ / n;  variance = Σ (distancesᵢ + nᵢ (meanᵢ − mean)²) / n   (Chan, Golub and LeVeque 1983)
//   backward:  the two sums are added

struct Shape {
  threads: u32,       // images × channels
  pixels: u32,
  channels: u32,
  to: u32,            // as in statistics.wgsl
  imageStride: u32,
  chunk: u32,
  chunks: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partial: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.threads) { return; }
  let channel = id.x % shape.channels;
  let image = id.x / shape.channels;
  let first = image * shape.chunks * shape.channels + channel;
  let to = shape.to + image * shape.imageStride + channel;
  //# if backward
  var sum = vec2f();
  for (var c = 0u; c < shape.chunks; c++) { sum += partial[first + c * shape.channels]; }
  result[to] = sum;
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
  result[to] = vec2f(mean, 1.0 / sqrt(distances / f32(shape.pixels) + epsilon));
  //# end
}

fn pixelsOf(chunk: u32) -> f32 { return f32(min(shape.chunk, shape.pixels - chunk * shape.chunk)); }
