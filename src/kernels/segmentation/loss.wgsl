// One thread: the chunks' sums added, the loss and each image's scores, and the two factors of each image's gradient.
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

@compute @workgroup_size(1)
fn main() {
  var loss = 0.0;
  var broken = 0.0;
  let images = f32(shape.images);
  for (var image = 0u; image < shape.images; image++) {
    var soft = vec4f();
    var hard = vec4f();
    for (var chunk = 0u; chunk < shape.chunks; chunk++) {
      soft += sums[2u * (image * shape.chunks + chunk)];
      hard += sums[2u * (image * shape.chunks + chunk) + 1u];
    }
    broken += hard.w;
    let size = 2.0 * (1.0 - tversky) * soft.x + 2.0 * tversky * soft.y + smoothing;
    let dice = (2.0 * soft.z + smoothing) / size;
    loss += (1.0 - dice + crossEntropy * soft.w / f32(shape.pixels)) / images;
    factors[image] = vec2f(2.0 * (1.0 - tversky) * dice, 1.0 / size / images);
    let both = hard.x + soft.y;
    result[1u + image] = vec2f(select(1.0, 2.0 * hard.y / both, both > 0.0), hard.z / f32(shape.pixels));
  }
  if (broken > 0.0) { loss = bitcast<f32>(0x7fc00000u | shape.images); }
  result[0] = vec2f(loss, 0.0);
}
