// Instance norm, leaky ReLU and the dropout before them in one pass over the tensor, forward or backward.
//
//   forward:   output = leaky(γ x̂ + β),  x̂ = (dropout(x) − mean) / deviation
//   backward:  output = dropout'( γ / deviation · (d − Σd / n − x̂ · Σ(d·x̂) / n) ),  d = gradient · leaky'(γ x̂ + β)
//
// A thread makes one channel of E pixels in a row.

struct Shape {
  threads: u32,
  pixels: u32,
  channels: u32,
  inputStride: u32,
  inputOffset: u32,
  outputStride: u32,
  outputOffset: u32,
  gradientStride: u32,
  gradientOffset: u32,
  moments: u32,
  momentsStride: u32,
  sums: u32,
  sumsStride: u32,
  gamma: u32,
  beta: u32,
  stream: u32,
  rate: f32,          // of dropout; 0 for none
  accumulate: u32,    // add to what the output holds
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<Stored>;
@group(0) @binding(3) var<storage, read_write> output: array<Stored>;
@group(0) @binding(4) var<storage, read> moments: array<vec2f>;
@group(0) @binding(5) var<storage, read> parameters: array<f32>;
//# if backward
@group(0) @binding(6) var<storage, read> gradient: array<Stored>;
@group(0) @binding(7) var<storage, read> sums: array<vec2f>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let runs = (shape.pixels + E - 1) / E;
  let run = thread / shape.channels;
  let image = run / runs;
  let moment = moments[shape.moments + image * shape.momentsStride + channel];
  let gamma = parameters[shape.gamma + channel];
  let beta = parameters[shape.beta + channel];
  //# if backward
  let mean = sums[shape.sums + image * shape.sumsStride + channel] / f32(shape.pixels);
  //# end
  let begin = (run % runs) * E;
  for (var p = begin; p < min(begin + E, shape.pixels); p++) {
    let pixel = image * shape.pixels + p;
    var x = f32(input[pixel * shape.inputStride + shape.inputOffset + channel]);
    var factor = 1.0;
    if (shape.rate > 0.0) { factor = dropoutFactor(step, shape.stream, shape.rate, pixel * shape.channels + channel); }
    x *= factor;
    let normal = (x - moment.x) * moment.y;
    let affine = gamma * normal + beta;
    let to = pixel * shape.outputStride + shape.outputOffset + channel;
    //# if !backward
    output[to] = Stored(select(affine * slope, affine, affine > 0.0));
    //# end
    //# if backward
    let g = f32(gradient[pixel * shape.gradientStride + shape.gradientOffset + channel]);
    let d = select(g * slope, g, affine > 0.0);
    var r = gamma * moment.y * (d - mean.x - normal * mean.y) * factor;
    if (shape.accumulate != 0u) { r += f32(output[to]); }
    output[to] = Stored(r);
    //# end
  }
}
