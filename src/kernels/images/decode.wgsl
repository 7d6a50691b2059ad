// The batch's bytes to floats: output[i] = byte i / 255. A thread takes one word, four bytes, the lowest first.

struct Shape { threads: u32, values: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> bytes: array<u32>;
@group(0) @binding(2) var<storage, read_write> output: array<Stored>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let word = bytes[thread];
  for (var i = 0u; i < 4u; i++) {
    if (thread * 4u + i < shape.values) { output[thread * 4u + i] = Stored(f32((word >> (8u * i)) & 255u) / 255.0); }
  }
}
