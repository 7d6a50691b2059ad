// Clipping by the global gradient norm: the factor min(1, clip / norm). Two dispatches: many workgroups sum the squares of some values
// each, then one sums these; thread by thread and then in a tree, always in the same order. Without trees threads take their places. Gradients come multiplied by the
// step's loss scale.

struct Shape { threads: u32, count: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

//# if tree
var<workgroup> sums: array<f32, WORKGROUP>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32,
        @builtin(workgroup_id) workgroup: vec3u) {
  var sum = 0.0;
  for (var i = id.x; i < shape.count; i += shape.threads) {
    //# if parts
    let g = values[i] / step.lossScale;
    sum += g * g;
    //# end
    //# if !parts
    sum += values[i];
    //# end
  }
  //# if tree
  sums[local] = sum;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  if (local > 0u) { return; }
  sum = sums[0];
  //# end
  //# if parts
  //# if tree
  result[workgroup.x] = sum;
  //# end
  //# if !tree
  if (id.x < shape.threads) { result[id.x] = sum; }
  //# end
  //# end
  //# if !parts
  // A length of 0 divides to infinity, of which 1 is the smaller.
  result[0] = min(1.0, clip / max(sqrt(sum), 1e-30));
  //# end
}
