// Gradient of the loss by the logits: (∂dice/∂p · p(1 − p)) + crossEntropy · (p − g) / all pixels; see loss.wgsl.

struct Shape { threads: u32, pixels: u32, stride: u32, offset: u32, gradientStride: u32, gradientOffset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read> factors: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let pixel = id.x + id.y * workgroups.x * WORKGROUP;
  if (pixel >= shape.threads) { return; }
  let g = f32(min((masks[pixel / 4u] >> (8u * (pixel % 4u))) & 255u, 1u));
  let p = 1.0 / (1.0 + exp(-logits[pixel * shape.stride + shape.offset]));
  let factor = factors[pixel / shape.pixels];
  gradient[pixel * shape.gradientStride + shape.gradientOffset] =
    (factor.x - 2.0 * g) * factor.y * p * (1.0 - p) + crossEntropy * (p - g) / f32(shape.threads);
}
