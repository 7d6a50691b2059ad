// Adam (Kingma and Ba 2015) over all parameters at once; the L2 penalty λ·Σw² adds 2λw to the gradients of the first
// `kernels` values, which are the convolutions' weights; AdamW's weight decay (Loshchilov and Hutter 2019) takes lr·weightDecay·w from the
// same. Gradients come multiplied by the step's loss scale; where they are clipped, length.wgsl tells the factor.

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
//# if clipped
@group(0) @binding(7) var<storage, read> factor: array<f32>;
//# end
//# if averaged
@group(0) @binding(8) var<storage, read_write> average: array<f32>;
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
  var g = gradients[i] / step.lossScale;
  //# if clipped
  g *= factor[0];
  //# end
  g += select(0.0, 2.0 * l2 * w, i < shape.kernels);
  let m = beta1 * first[i] + (1.0 - beta1) * g;
  let v = beta2 * second[i] + (1.0 - beta2) * g * g;
  first[i] = m;
  second[i] = v;
  var updated = w - step.learningRate * (m * step.firstCorrection) / (sqrt(v * step.secondCorrection) + epsilon);
  //# if decayed
  updated -= select(0.0, step.learningRate * weightDecay * w, i < shape.kernels);
  //# end
  weights[i] = updated;
  //# if averaged
  average[i] = step.averageKeep * average[i] + (1.0 - step.averageKeep) * updated;
  //# end
}
