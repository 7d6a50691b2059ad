// Gradient of a norm that is left to its readers, and of the leaky ReLU after it and the dropout before:
//
//   output = dropout'( scale · (d − Σd / n − x̂ · Σ(d·x̂) / n) ),  d = gradient · leaky'((x − mean) · scale + shift)
//
// `input` holds what dropout left. A workgroup has LANES channels and RUN pixels of an image. Of a small image it first joins the blocks of its
// channels, and the first run's workgroup writes their sums; those of a large one are joined already.

struct Shape {
  side: u32,
  channels: u32,
  inputStride: u32,
  inputOffset: u32,
  outputStride: u32,
  outputOffset: u32,
  gradientStride: u32,
  gradientOffset: u32,
  coefficients: u32,       // of image 0, the norm's first channel
  coefficientStride: u32,
  partialChannels: u32,    // see joined.wgsl
  partialOffset: u32,
  sums: u32,
  sumsStride: u32,
  stream: u32,
  rate: f32,               // of dropout; 0 for none
  accumulate: u32,         // add to what the output holds
  normSlope: f32,
}

// Four channels at a time where every pixel of every tensor begins at a multiple of four values.
//# if fours
alias Lane = vec4f;
alias Values = vec4<Stored>;
alias Coefficients = vec4f;
const WIDTH = 4u;
//# end
//# if !fours
alias Lane = f32;
alias Values = Stored;
alias Coefficients = f32;
const WIDTH = 1u;
//# end

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<Values>;
@group(0) @binding(3) var<storage, read_write> output: array<Values>;
@group(0) @binding(4) var<storage, read> gradient: array<Values>;
@group(0) @binding(5) var<storage, read> coefficients: array<Coefficients>;
//# if joining
@group(0) @binding(6) var<storage, read_write> pairs: array<vec2f>;
@group(0) @binding(7) var<storage, read> partial: array<f32>;
//# end
//# if !joining
@group(0) @binding(6) var<storage, read> pairs: array<vec2f>;
//# end

// Both sums of each of the workgroup's channels, divided by the pixels.
var<workgroup> means: array<vec2f, LANES>;

fn factorOf(pixel: u32, channel: u32) -> f32 {
  return dropoutFactor(step, shape.stream, shape.rate, pixel * shape.channels + channel);
}

//# if fours
fn meansOf(lane: u32, second: u32) -> vec4f {
  return vec4f(means[lane][second], means[lane + 1][second], means[lane + 2][second], means[lane + 3][second]);
}
fn factors(pixel: u32, channel: u32) -> vec4f {
  return vec4f(factorOf(pixel, channel), factorOf(pixel, channel + 1), factorOf(pixel, channel + 2), factorOf(pixel, channel + 3));
}
//# end
//# if !fours
fn meansOf(lane: u32, second: u32) -> f32 { return means[lane][second]; }
fn factors(pixel: u32, channel: u32) -> f32 { return factorOf(pixel, channel); }
//# end

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32,
        @builtin(workgroup_id) workgroup: vec3u) {
  let pixels = shape.side * shape.side;
  let runs = (pixels + RUN - 1) / RUN;
  let image = workgroup.y / runs;
  let run = workgroup.y % runs;
  let joined = workgroup.x * LANES + local.x;
  let valid = joined < shape.channels;
  let at = shape.sums + image * shape.sumsStride + joined;
  //# if joining
  let sum = joinedBlocks(image, joined, valid, local.x, local.y);
  if (valid && run == 0 && local.y == 0) { pairs[at] = sum; }
  //# end
  //# if !joining
  var sum = vec2f();
  if (valid && local.y == 0) { sum = pairs[at]; }
  //# end
  if (local.y == 0) { means[local.x] = sum / f32(pixels); }
  workgroupBarrier();

  // From here on a thread has WIDTH channels of every so many pixels.
  let lane = index % (LANES / WIDTH) * WIDTH;
  let channel = workgroup.x * LANES + lane;
  if (channel >= shape.channels) { return; }
  let norm = normOf(image, channel);
  let inverse = inverseOf(image, channel);
  let first = meansOf(lane, 0);
  let second = meansOf(lane, 1);
  let end = min((run + 1) * RUN, pixels);
  for (var p = run * RUN + index / (LANES / WIDTH); p < end; p += STRIPS * WIDTH) {
    let pixel = image * pixels + p;
    let x = Lane(input[(pixel * shape.inputStride + shape.inputOffset + channel) / WIDTH]);
    let g = Lane(gradient[(pixel * shape.gradientStride + shape.gradientOffset + channel) / WIDTH]);
    let d = select(g * shape.normSlope, g, affine(x, norm) > Lane());
    var r = norm.scale * (d - first - (x - norm.mean) * inverse * second);
    if (shape.rate > 0.0) { r *= factors(pixel, channel); }
    let to = (pixel * shape.outputStride + shape.outputOffset + channel) / WIDTH;
    if (shape.accumulate != 0) { r += Lane(output[to]); }
    output[to] = Values(r);
  }
}
