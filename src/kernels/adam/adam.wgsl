// Adam (Kingma and Ba 2015) over all parameters at once; the L2 penalty λ·Σw² adds 2λw to the gradients of the first
// `kernels` values, which are the convolutions' weights. Gradients come multiplied by the step's loss scale.

struct Shape { threads: u32, kernels: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> gradients: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> first: array<f32>;
@group(0) @binding(5) var<storage, read_write> second: array<f32>;
//# if guarded
@group(0) @binding(6) var<storage, read> overflow: array<u32>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let i = id.x + id.y * workgroups.x * WORKGROUP;
  if (i >= shape.threads) { return; }
  //# if guarded
  // A gradient that is not finite would spoil every weight: the step is left out.
  if (overflow[1] != 0u) { return; }
  //# end
  let w = weights[i];
  let g = gradients[i] / step.lossScale + select(0.0, 2.0 * l2 * w, i < shape.kernels);
  let m = beta1 * first[i] + (1.0 - beta1) * g;
  let v = beta2 * second[i] + (1.0 - beta2) * g * g;
  first[i] = m;
  second[i] = v;
  weights[i] = w - step.learningRate * (m * step.firstCorrection) / (sqrt(v * step.secondCorrection) + epsilon);
}
