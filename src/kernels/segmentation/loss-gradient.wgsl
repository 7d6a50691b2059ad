// Gradient of the loss by the logits: (∂dice/∂p · p(1 − p)) + crossEntropy · (p − g) / all pixels; see loss.wgsl. The focal
// cross-entropy −(1 − q)^γ·log q of the true class's q = sigmoid(a), a = ±z, has ±(1 − q)^γ·(γ·q·log q + q − 1) instead of p − g, with
// log q = −softplus(−a) and log(1 − q) = −softplus(a). All is multiplied by the step's loss scale, and with it all gradients that follow from it; adam.wgsl takes it out again.

struct Shape { threads: u32, pixels: u32, stride: u32, offset: u32, gradientStride: u32, gradientOffset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> logits: array<Stored>;
@group(0) @binding(3) var<storage, read> masks: array<u32>;
@group(0) @binding(4) var<storage, read> factors: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> gradient: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let pixel = id.x + id.y * workgroups.x * WORKGROUP;
  if (pixel >= shape.threads) { return; }
  let g = f32(min((masks[pixel / 4u] >> (8u * (pixel % 4u))) & 255u, 1u));
  let p = 1.0 / (1.0 + exp(-f32(logits[pixel * shape.stride + shape.offset])));
  let factor = factors[pixel / shape.pixels];
  var entropy = p - g;
  //# if focal
  let sign = select(-1.0, 1.0, g > 0.5);
  let z = f32(logits[pixel * shape.stride + shape.offset]);
  let q = 1.0 / (1.0 + exp(-sign * z));
  let rest = log(1.0 + exp(-abs(z)));
  entropy = sign * exp(-focal * (max(sign * z, 0.0) + rest)) * (-focal * q * (max(-sign * z, 0.0) + rest) + q - 1.0);
  //# end
  let slope = (factor.x - 2.0 * g) * factor.y * p * (1.0 - p) + crossEntropy * entropy / f32(shape.threads);
  gradient[pixel * shape.gradientStride + shape.gradientOffset] = Stored(slope * step.lossScale);
}
