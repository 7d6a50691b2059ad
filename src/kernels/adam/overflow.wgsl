// Whether any gradient is not finite, told by its bits: a shader may be compiled as if there were no infinity. Two dispatches:
// many threads look at a strip each, then one looks at what they found and writes 1 or 0 to result[1] (see loss.wgsl).

struct Shape { threads: u32, count: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.threads) { return; }
  var found = 0u;
  for (var i = id.x; i < shape.count; i += shape.threads) {
    //# if strips
    if ((values[i] & 0x7f800000u) == 0x7f800000u) { found = 1u; }
    //# end
    //# if !strips
    found |= values[i];
    //# end
  }
  //# if strips
  result[id.x] = found;
  //# end
  //# if !strips
  result[1] = found;
  //# end
}
