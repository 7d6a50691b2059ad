// Sums over the pixels of one image and channel: the forward pass's mean and 1 / standard deviation, or the two sums that
// the backward pass needs. A workgroup has LANES channels × STRIPS strips of one chunk of pixels; with one strip there is no
// barrier.
//
//   forward:   moments[image, channel] = (mean, 1 / sqrt(variance + ε)),  of dropout(x)
//   backward:  sums[image, channel] = (Σ d, Σ d·x̂),  d = gradient · leaky'(γ x̂ + β)
//
// An image of several chunks gives partial results, one per chunk, which statistics-of-chunks.wgsl joins: forward the chunk's
// mean and its squared distances from it, backward its two sums.
//
// Rounding: forward sums are of x − the mean of a few samples of the chunk, so that neither a large mean nor a first pixel far
// out costs the variance its digits; and a thread sums BLOCK values at a time, since the error of one long serial sum grows with
// its length (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 4.2).

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

//# if shared
var<workgroup> strips: array<vec2f, LANES * STRIPS>;
//# end

const BLOCK = 32u;
const SAMPLES = 8u;

fn value(pixel: u32, channel: u32) -> f32 {
  var x = f32(input[pixel * shape.inputStride + shape.inputOffset + channel]);
  if (shape.rate > 0.0) { x *= dropoutFactor(step, shape.stream, shape.rate, pixel * shape.channels + channel); }
  return x;
}

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let image = workgroup.y / shape.chunks;
  let chunk = workgroup.y % shape.chunks;
  let valid = channel < shape.channels;
  let count = min(shape.chunk, shape.pixels - chunk * shape.chunk);
  var sum = vec2f();
  var origin = 0.0;
  if (valid) {
    let first = image * shape.pixels + chunk * shape.chunk;
    //# if backward
    let moment = moments[shape.moments + image * shape.momentsStride + channel];
    let gamma = parameters[shape.gamma + channel];
    let beta = parameters[shape.beta + channel];
    //# end
    //# if !backward
    let samples = min(SAMPLES, count);
    for (var i = 0u; i < samples; i++) { origin += value(first + i * (count / samples), channel); }
    origin /= f32(samples);
    //# end
    var p = local.y;
    while (p < count) {
      var part = vec2f();
      let end = min(count, p + BLOCK * STRIPS);
      for (; p < end; p += STRIPS) {
        let x = value(first + p, channel);
        //# if backward
        let normal = (x - moment.x) * moment.y;
        let g = f32(gradient[(first + p) * shape.gradientStride + shape.gradientOffset + channel]);
        let d = select(g * slope, g, gamma * normal + beta > 0.0);
        part += vec2f(d, d * normal);
        //# end
        //# if !backward
        let shifted = x - origin;
        part += vec2f(shifted, shifted * shifted);
        //# end
      }
      sum += part;
    }
  }
  //# if shared
  strips[local.y * LANES + local.x] = sum;
  for (var half = STRIPS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) { strips[local.y * LANES + local.x] += strips[(local.y + half) * LANES + local.x]; }
  }
  sum = strips[local.x];
  //# end
  if (!valid || local.y > 0u) { return; }
  //# if !backward
  let n = f32(count);
  let mean = origin + sum.x / n;
  let distances = max(sum.y - sum.x * sum.x / n, 0.0);
  sum = vec2f(mean, distances);
  if (shape.chunks == 1u) { sum.y = 1.0 / sqrt(distances / n + epsilon); }
  //# end
  if (shape.chunks > 1u) {
    result[workgroup.y * shape.channels + channel] = sum;
  } else {
    result[shape.to + image * shape.imageStride + channel] = sum;
  }
}
