// result[i] = Σ over s of sums[s, i], in the order of s, bundle by bundle: the same sum on every run.

struct Shape { threads: u32, splits: u32, bundle: u32, to: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let i = id.x + id.y * workgroups.x * WORKGROUP;
  if (i >= shape.threads) { return; }
  var sum = 0.0;
  for (var s = 0u; s < shape.splits;) {
    var part = 0.0;
    for (let end = min(s + shape.bundle, shape.splits); s < end; s++) { part += sums[s * shape.threads + i]; }
    sum += part;
  }
  result[shape.to + i] = sum;
}
