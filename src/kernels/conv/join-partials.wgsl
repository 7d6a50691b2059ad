// The partial sums of many tensors, each joined into its place, in one dispatch:
//
//   result[to + i] = Σ over s of sums[begin + s · count + i],  in the order of s, bundle by bundle: the same sum on every run
//
// Each workgroup serves one block of one tensor.

struct Tensor { begin: u32, count: u32, splits: u32, bundle: u32, to: u32 }
struct Block { tensor: u32, first: u32 }

@group(0) @binding(0) var<storage, read> tensors: array<Tensor>;
@group(0) @binding(1) var<storage, read> blocks: array<Block>;
@group(0) @binding(2) var<storage, read> sums: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u,
        @builtin(num_workgroups) workgroups: vec3u) {
  let index = workgroup.x + workgroup.y * workgroups.x;
  if (index >= BLOCKS) { return; }
  let tensor = tensors[blocks[index].tensor];
  let first = blocks[index].first + local.x;
  for (var i = first; i < min(first + WORKGROUP * EACH, tensor.count); i += WORKGROUP) {
    var sum = 0.0;
    for (var s = 0u; s < tensor.splits;) {
      var part = 0.0;
      for (let end = min(s + tensor.bundle, tensor.splits); s < end; s++) { part += sums[tensor.begin + s * tensor.count + i]; }
      sum += part;
    }
    result[tensor.to + i] = sum;
  }
}
