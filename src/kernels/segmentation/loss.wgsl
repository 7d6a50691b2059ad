// One thread: the chunks' sums added, the loss and each image's scores, and the two factors of each image's gradient.
//
//   soft Dice of an image: D = (2Σpg + s) / (Σp + Σg + s);  loss = mean of 1 − D  +  crossEntropy · mean cross-entropy
//   ∂loss/∂p = (D − 2g) / (Σp + Σg + s) / images
//
// Logits that are not finite make a loss that is not a number.
//
//   result = loss, 0, then (hard Dice, accuracy) per image;  factors[image] = (D, 1 / (Σp + Σg + s) / images)

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
    let size = soft.x + soft.y + smoothing;
    let dice = (2.0 * soft.z + smoothing) / size;
    loss += (1.0 - dice + crossEntropy * soft.w / f32(shape.pixels)) / images;
    factors[image] = vec2f(dice, 1.0 / size / images);
    let both = hard.x + soft.y;
    result[1u + image] = vec2f(select(1.0, 2.0 * hard.y / both, both > 0.0), hard.z / f32(shape.pixels));
  }
  if (broken > 0.0) { loss = bitcast<f32>(0x7fc00000u | shape.images); }
  result[0] = vec2f(loss, 0.0);
}
