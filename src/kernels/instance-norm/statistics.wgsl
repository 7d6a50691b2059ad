// Sums over the pixels of one image and channel: the forward pass's mean and 1 / standard deviation, or the two sums that
// the backward pass needs. A workgroup has LANES channels × STRIPS strips of pixels; with one strip there is no barrier.
//
//   forward:   moments[image, channel] = (mean, 1 / sqrt(variance + ε)),  of dropout(x)
//   backward:  sums[image, channel] = (Σ d, Σ d·x̂),  d = gradient · leaky'(γ x̂ + β)
//
// Sums are of x − x[first pixel], so that a large mean does not eat the variance's digits.

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
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<vec2f>;
//# if backward
@group(0) @binding(4) var<storage, read> gradient: array<f32>;
@group(0) @binding(5) var<storage, read> moments: array<vec2f>;
@group(0) @binding(6) var<storage, read> parameters: array<f32>;
//# end

//# if shared
var<workgroup> strips: array<vec2f, LANES * STRIPS>;
//# end

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let image = workgroup.y;
  let valid = channel < shape.channels;
  var sum = vec2f();
  var origin = 0.0;
  if (valid) {
    let first = image * shape.pixels;
    //# if backward
    let moment = moments[shape.moments + image * shape.momentsStride + channel];
    let gamma = parameters[shape.gamma + channel];
    let beta = parameters[shape.beta + channel];
    //# end
    //# if !backward
    origin = input[first * shape.inputStride + shape.inputOffset + channel];
    if (shape.rate > 0.0) { origin *= dropoutFactor(step, shape.stream, shape.rate, first * shape.channels + channel); }
    //# end
    for (var p = local.y; p < shape.pixels; p += STRIPS) {
      let pixel = first + p;
      var x = input[pixel * shape.inputStride + shape.inputOffset + channel];
      if (shape.rate > 0.0) { x *= dropoutFactor(step, shape.stream, shape.rate, pixel * shape.channels + channel); }
      //# if backward
      let normal = (x - moment.x) * moment.y;
      let g = gradient[pixel * shape.gradientStride + shape.gradientOffset + channel];
      let d = select(g * slope, g, gamma * normal + beta > 0.0);
      sum += vec2f(d, d * normal);
      //# end
      //# if !backward
      let shifted = x - origin;
      sum += vec2f(shifted, shifted * shifted);
      //# end
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
  let to = shape.to + image * shape.imageStride + channel;
  //# if backward
  result[to] = sum;
  //# end
  //# if !backward
  let n = f32(shape.pixels);
  let variance = max(sum.y - sum.x * sum.x / n, 0.0) / n;
  result[to] = vec2f(origin + sum.x / n, 1.0 / sqrt(variance + epsilon));
  //# end
}
