// Clipping by the global gradient norm: the factor min(1, clip / norm). Two dispatches: many threads sum the squares of a strip
// each, then one sums these. Gradients come multiplied by the step's loss scale.

struct Shape { threads: u32, count: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.threads) { return; }
  var sum = 0.0;
  for (var i = id.x; i < shape.count; i += shape.threads) {
    //# if strips
    let g = values[i] / step.lossScale;
    sum += g * g;
    //# end
    //# if !strips
    sum += values[i];
    //# end
  }
  //# if strips
  result[id.x] = sum;
  //# end
  //# if !strips
  // A length of 0 divides to infinity, of which 1 is the smaller.
  result[0] = min(1.0, clip / max(sqrt(sum), 1e-30));
  //# end
}
