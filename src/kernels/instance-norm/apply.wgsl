// Instance norm, leaky ReLU and the dropout before them in one pass over the tensor, forward or backward.
//
//   forward:   output = leaky(γ x̂ + β),  x̂ = (dropout(x) − mean) / deviation
//   backward:  output = dropout'( γ / deviation · (d − Σd / n − x̂ · Σ(d·x̂) / n) ),  d = gradient · leaky'(γ x̂ + β)
//
// A thread makes one channel of E pixels in a row. Where moments or sums are still to be found, a workgroup has LANES channels and
// RUN pixels of an image. Of several chunks it first joins those of its channels; an image of one chunk, which is one run, it sums itself.
// The first run's workgroup writes what it found.

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
  chunk: u32,         // pixels in a chunk
  chunks: u32,        // in an image, that are still to be joined
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> input: array<Stored>;
@group(0) @binding(3) var<storage, read_write> output: array<Stored>;
//# if findsMoments
@group(0) @binding(4) var<storage, read_write> moments: array<vec2f>;
//# end
//# if !findsMoments
@group(0) @binding(4) var<storage, read> moments: array<vec2f>;
//# end
@group(0) @binding(5) var<storage, read> parameters: array<f32>;
//# if backward
@group(0) @binding(6) var<storage, read> gradient: array<Stored>;
//# if finds
@group(0) @binding(7) var<storage, read_write> sums: array<vec2f>;
//# end
//# if !finds
@group(0) @binding(7) var<storage, read> sums: array<vec2f>;
//# end
//# end
//# if joining
@group(0) @binding(8) var<storage, read> partial: array<vec2f>;
//# end

//# if finds
var<workgroup> found: array<vec2f, LANES>;
//# end

// Pixels `begin`, `begin` + `apart` and so on before `end` of one channel of an image; `sum` is that of the backward pass.
fn normalised(image: u32, channel: u32, begin: u32, end: u32, apart: u32, moment: vec2f, sum: vec2f) {
  let gamma = parameters[shape.gamma + channel];
  let beta = parameters[shape.beta + channel];
  let mean = sum / f32(shape.pixels);
  for (var p = begin; p < end; p += apart) {
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

//# if finds
@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let runs = (shape.pixels + RUN - 1) / RUN;
  let image = workgroup.y / runs;
  let run = workgroup.y % runs;
  let valid = channel < shape.channels;
  //# if whole
  let own = sumsOf(image, 0u, channel, local.x, local.y);
  //# end
  if (valid && local.y == 0u) {
    //# if whole
    found[local.x] = own;
    //# end
    //# if joining
    found[local.x] = joinedChunks(image, channel);
    //# end
    if (run == 0u) {
      //# if findsMoments
      moments[shape.moments + image * shape.momentsStride + channel] = found[local.x];
      //# end
      //# if !findsMoments
      sums[shape.sums + image * shape.sumsStride + channel] = found[local.x];
      //# end
    }
  }
  workgroupBarrier();
  if (!valid) { return; }
  let begin = run * RUN + local.y;
  let end = min((run + 1) * RUN, shape.pixels);
  //# if findsMoments
  normalised(image, channel, begin, end, ROWS, found[local.x], vec2f());
  //# end
  //# if !findsMoments
  let moment = moments[shape.moments + image * shape.momentsStride + channel];
  normalised(image, channel, begin, end, ROWS, moment, found[local.x]);
  //# end
}
//# end
//# if !finds
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let runs = (shape.pixels + E - 1) / E;
  let run = thread / shape.channels;
  let image = run / runs;
  let moment = moments[shape.moments + image * shape.momentsStride + channel];
  let begin = (run % runs) * E;
  var sum = vec2f();
  //# if backward
  sum = sums[shape.sums + image * shape.sumsStride + channel];
  //# end
  normalised(image, channel, begin, min(begin + E, shape.pixels), 1u, moment, sum);
}
//# end
