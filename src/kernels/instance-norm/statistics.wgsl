// Sums over the pixels of one image and channel: the forward pass's mean and 1 / standard deviation, or the two sums that
// the backward pass needs. A workgroup has LANES channels × STRIPS strips of one chunk of pixels; with one strip there is no
// barrier.
//
//   forward:   moments[image, channel] = (mean, 1 / sqrt(variance + ε)),  of dropout(x)
//   backward:  sums[image, channel] = (Σ d, Σ d·x̂),  d = gradient · leaky'(γ x̂ + β)
//
// An image of several chunks gives partial results, one per chunk, which statistics-of-chunks.wgsl joins: forward the chunk's
// mean and its squared distances from it, backward its two sums.

struct Shape {
  pixels: u32,
  channels: u32,
  inputStride: u32,
  inputOffset: u32,
  gradientStride: u32,
  gradientOffset: u32,
  to: u32,            // place of image 0, channel 0 in the result, in pairs
  imageStride: u32,   // pairs from one image to the next in the result
  moments: u32,       // the same of the moments that the backward pass reads
  momentsStride: u32,
  gamma: u32,
  beta: u32,
  stream: u32,
  rate: f32,          // of dropout; 0 for none
  chunk: u32,         // pixels in a chunk
  chunks: u32,        // in an image; with more than one the result is partial: [image, chunk, channel] from pair 0
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<Stored>;
@group(0) @binding(3) var<storage, read_write> result: array<vec2f>;
//# if backward
@group(0) @binding(4) var<storage, read> gradient: array<Stored>;
@group(0) @binding(5) var<storage, read> moments: array<vec2f>;
@group(0) @binding(6) var<storage, read> parameters: array<f32>;
//# end

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let image = workgroup.y / shape.chunks;
  let chunk = workgroup.y % shape.chunks;
  let sum = sumsOf(image, chunk, channel, local.x, local.y);
  if (channel >= shape.channels || local.y > 0u) { return; }
  if (shape.chunks > 1u) {
    result[workgroup.y * shape.channels + channel] = sum;
  } else {
    result[shape.to + image * shape.imageStride + channel] = sum;
  }
}
