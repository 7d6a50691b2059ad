// probabilities[pixel] = sigmoid(logits[pixel]).

struct Shape { threads: u32, stride: u32, offset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> logits: array<Stored>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let pixel = id.x + id.y * workgroups.x * WORKGROUP;
  if (pixel >= shape.threads) { return; }
  probabilities[pixel] = 1.0 / (1.0 + exp(-f32(logits[pixel * shape.stride + shape.offset])));
}
