// Gradient of nearest upsampling by 2: output[b, y, x, c] = Σ of gradient's 2×2 block there.

struct Shape { threads: u32, side: u32, channels: u32, outputStride: u32, outputOffset: u32, gradientStride: u32, gradientOffset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<Stored>;
@group(0) @binding(2) var<storage, read_write> output: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let pixel = thread / shape.channels;
  let first = (pixel / shape.side) * 4u * shape.side + (pixel % shape.side) * 2u;
  let at = first * shape.gradientStride + shape.gradientOffset + channel;
  let below = at + 2u * shape.side * shape.gradientStride;
  var sum = f32(gradient[at]) + f32(gradient[at + shape.gradientStride])
    + f32(gradient[below]) + f32(gradient[below + shape.gradientStride]);
  let to = pixel * shape.outputStride + shape.outputOffset + channel;
  //# if accumulate
  sum += f32(output[to]);
  //# end
  output[to] = Stored(sum);
}
