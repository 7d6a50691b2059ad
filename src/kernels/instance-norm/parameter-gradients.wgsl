// Gradients of every instance norm's γ and β in one dispatch: the backward sums, added over the images in their order.
// A norm channel c of the whole network has its sums at [image, c] and its two gradients where `targets` says.

struct Shape { threads: u32, images: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> sums: array<vec2f>;
@group(0) @binding(2) var<storage, read> targets: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= shape.threads) { return; }
  var sum = vec2f();
  for (var image = 0u; image < shape.images; image++) { sum += sums[image * shape.threads + c]; }
  gradients[targets[c].x] = sum.y;
  gradients[targets[c].y] = sum.x;
}
