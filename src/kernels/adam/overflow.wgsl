// Whether any gradient is not finite, told by its bits: a shader may be compiled as if there were no infinity. Two dispatches: many
// workgroups look at some values each, then one looks at what they found and writes 1 or 0 to result[1] (see loss.wgsl); thread
// by thread and then in a tree. Without trees threads take their places.

struct Shape { threads: u32, count: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> values: array<u32>;
@group(0) @binding(3) var<storage, read_write> result: array<u32>;

//# if tree
var<workgroup> founds: array<u32, WORKGROUP>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32,
        @builtin(workgroup_id) workgroup: vec3u) {
  var found = 0u;
  for (var i = id.x; i < shape.count; i += shape.threads) {
    //# if parts
    if ((values[i] & 0x7f800000u) == 0x7f800000u) { found = 1u; }
    //# end
    //# if !parts
    found |= values[i];
    //# end
  }
  //# if tree
  founds[local] = found;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { founds[local] |= founds[local + half]; }
  }
  if (local > 0u) { return; }
  found = founds[0];
  //# end
  //# if parts
  //# if tree
  result[workgroup.x] = found;
  //# end
  //# if !tree
  if (id.x < shape.threads) { result[id.x] = found; }
  //# end
  //# end
  //# if !parts
  result[1] = found;
  //# end
}
