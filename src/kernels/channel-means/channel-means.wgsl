// Mean of each channel of each image over its pixels: means[to + b·channels + c]. One thread a channel; for tensors of few pixels. BLOCK
// values are summed on their own, since the error of one long serial sum grows with its length.

struct Shape { threads: u32, pixels: u32, channels: u32, stride: u32, offset: u32, to: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<Stored>;
@group(0) @binding(2) var<storage, read_write> means: array<f32>;

const BLOCK = 32u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x;
  if (thread >= shape.threads) { return; }
  let first = (thread / shape.channels) * shape.pixels;
  let at = shape.offset + thread % shape.channels;
  var sum = 0.0;
  for (var begin = 0u; begin < shape.pixels; begin += BLOCK) {
    var part = 0.0;
    let end = min(begin + BLOCK, shape.pixels);
    for (var p = begin; p < end; p++) { part += f32(input[(first + p) * shape.stride + at]); }
    sum += part;
  }
  means[shape.to + thread] = sum / f32(shape.pixels);
}
