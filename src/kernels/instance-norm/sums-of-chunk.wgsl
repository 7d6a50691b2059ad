// What statistics.wgsl says of one chunk of an image, by a workgroup of LANES channels × STRIPS strips. `input` and, backward, `gradient`,
// `moments` and `parameters` are whoever's that calls it, and a shape with its fields.
//
// Rounding: forward sums are of x − the mean of a few samples of the chunk, so that neither a large mean nor a first pixel far
// out costs the variance its digits; and a thread sums BLOCK values at a time, since the error of one long serial sum grows with
// its length (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 4.2).

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

// Of one chunk and channel, by all strips together: the first strip's threads give it.
fn sumsOf(image: u32, chunk: u32, channel: u32, lane: u32, strip: u32) -> vec2f {
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
    var p = strip;
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
  strips[strip * LANES + lane] = sum;
  for (var half = STRIPS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (strip < half) { strips[strip * LANES + lane] += strips[(strip + half) * LANES + lane]; }
  }
  sum = strips[lane];
  //# end
  if (!valid || strip > 0u) { return vec2f(); }
  //# if !backward
  let n = f32(count);
  let mean = origin + sum.x / n;
  let distances = max(sum.y - sum.x * sum.x / n, 0.0);
  sum = vec2f(mean, distances);
  if (shape.chunks == 1u) { sum.y = 1.0 / sqrt(distances / n + epsilon); }
  //# end
  return sum;
}
