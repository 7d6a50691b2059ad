// One workgroup: the chunks' sums added, the loss and each image's scores, and the two factors of each image's gradient. In a tree: GROUPS
// images at a time, LANES threads each, which join, as the groups do at the end, always in the same order; else by one thread.
//
//   soft Dice of an image, with β (tversky) for missed lesion and α = 1 − β for false lesion, both ½ for the plain one:
//   D = (2Σpg + s) / (2αΣp + 2βΣg + s);  loss = mean of 1 − D  +  crossEntropy · mean cross-entropy
//   ∂loss/∂p = (2αD − 2g) / (2αΣp + 2βΣg + s) / images
//
// Logits that are not finite make a loss that is not a number.
//
//   result = loss, 0, then (hard Dice, accuracy) per image;  factors[image] = (2αD, 1 / (2αΣp + 2βΣg + s) / images)

struct Shape { images: u32, chunks: u32, pixels: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> factors: array<vec2f>;

//# if tree
var<workgroup> softs: array<vec4f, GROUPS * LANES>;
var<workgroup> hards: array<vec4f, GROUPS * LANES>;
// Of each group's images: loss, logits that are not finite.
var<workgroup> parts: array<vec2f, GROUPS>;
//# end

// What an image adds to the parts, from its sums.
fn scored(image: u32, soft: vec4f, hard: vec4f) -> vec2f {
  let images = f32(shape.images);
  let size = 2.0 * (1.0 - tversky) * soft.x + 2.0 * tversky * soft.y + smoothing;
  let dice = (2.0 * soft.z + smoothing) / size;
  factors[image] = vec2f(2.0 * (1.0 - tversky) * dice, 1.0 / size / images);
  let both = hard.x + soft.y;
  result[1u + image] = vec2f(select(1.0, 2.0 * hard.y / both, both > 0.0), hard.z / f32(shape.pixels));
  return vec2f((1.0 - dice + crossEntropy * soft.w / f32(shape.pixels)) / images, hard.w);
}

@compute @workgroup_size(LANES, GROUPS)
fn main(@builtin(local_invocation_id) local: vec3u) {
  let own = local.y * LANES + local.x;
  var part = vec2f();
  for (var first = 0u; first < shape.images; first += GROUPS) {
    let image = first + local.y;
    var soft = vec4f();
    var hard = vec4f();
    if (image < shape.images) {
      for (var chunk = local.x; chunk < shape.chunks; chunk += LANES) {
        let place = 2u * (image * shape.chunks + chunk);
        soft += sums[place];
        hard += sums[place + 1u];
      }
    }
    //# if tree
    softs[own] = soft;
    hards[own] = hard;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (local.x < half) {
        softs[own] += softs[own + half];
        hards[own] += hards[own + half];
      }
    }
    soft = softs[own];
    hard = hards[own];
    workgroupBarrier();
    //# end
    if (local.x == 0u && image < shape.images) { part += scored(image, soft, hard); }
  }
  //# if tree
  if (local.x == 0u) { parts[local.y] = part; }
  for (var half = GROUPS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.x == 0u && local.y < half) { parts[local.y] += parts[local.y + half]; }
  }
  part = parts[0];
  //# end
  if (own == 0u) {
    var loss = part.x;
    if (part.y > 0.0) { loss = bitcast<f32>(0x7fc00000u | shape.images); }
    result[0] = vec2f(loss, 0.0);
  }
}
