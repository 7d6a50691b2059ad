// Gradient of leaky ReLU, in place: gradient *= output > 0 ? 1 : slope. The output's sign is the input's.

struct Shape { threads: u32, channels: u32, outputStride: u32, outputOffset: u32, gradientStride: u32, gradientOffset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> output: array<Stored>;
@group(0) @binding(2) var<storage, read_write> gradient: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let pixel = thread / shape.channels;
  if (!(f32(output[pixel * shape.outputStride + shape.outputOffset + channel]) > 0.0)) {
    let at = pixel * shape.gradientStride + shape.gradientOffset + channel;
    gradient[at] = Stored(f32(gradient[at]) * slope);
  }
}
