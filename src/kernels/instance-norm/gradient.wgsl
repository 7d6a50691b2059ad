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

alias Lane = f32;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<Stored>;
@group(0) @binding(3) var<storage, read_write> output: array<Stored>;
@group(0) @binding(4) var<storage, read> gradient: array<Stored>;
@group(0) @binding(5) var<storage, read> coefficients: array<f32>;
//# if joining
@group(0) @binding(6) var<storage, read_write> pairs: array<vec2f>;
@group(0) @binding(7) var<storage, read> partial: array<f32>;
//# end
//# if !joining
@group(0) @binding(6) var<storage, read> pairs: array<vec2f>;
//# end

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let pixels = shape.side * shape.side;
  let runs = (pixels + RUN - 1) / RUN;
  let image = workgroup.y / runs;
  let run = workgroup.y % runs;
  let valid = channel < shape.channels;
  let at = shape.sums + image * shape.sumsStride + channel;
  //# if joining
  let sum = joinedBlocks(image, channel, valid, local.x, local.y);
  if (valid && run == 0 && local.y == 0) { pairs[at] = sum; }
  //# end
  if (!valid) { return; }
  //# if !joining
  let sum = pairs[at];
  //# end
  let norm = normOf(image, channel);
  let inverse = inverseOf(image, channel);
  let mean = sum / f32(pixels);
  let end = min((run + 1) * RUN, pixels);
  for (var p = run * RUN + local.y; p < end; p += STRIPS) {
    let pixel = image * pixels + p;
    let x = f32(input[pixel * shape.inputStride + shape.inputOffset + channel]);
    let g = f32(gradient[pixel * shape.gradientStride + shape.gradientOffset + channel]);
    let d = select(g * shape.normSlope, g, affine(x, norm) > 0.0);
    var r = norm.scale * (d - mean.x - (x - norm.mean) * inverse * mean.y);
    if (shape.rate > 0.0) { r *= dropoutFactor(step, shape.stream, shape.rate, pixel * shape.channels + channel); }
    let to = pixel * shape.outputStride + shape.outputOffset + channel;
    if (shape.accumulate != 0) { r += f32(output[to]); }
    output[to] = Stored(r);
  }
}
