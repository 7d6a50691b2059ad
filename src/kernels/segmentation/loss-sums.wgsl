// What the loss and the scores need of each image, in partial sums over chunks of its pixels: with p = sigmoid(logit) and
// g the mask's 0 or 1,
//   sums[image, chunk] = ( Σp, Σg, Σpg, Σ cross-entropy ), ( |p ≥ ½|, |p ≥ ½ and g|, right pixels, logits not finite )
// Cross-entropy from the logit z: max(z, 0) − z·g + log(1 + exp(−|z|)). p ≥ ½ is z ≥ 0. Where it is focal, it is multiplied by
// (1 − p_true)^focal; see loss-gradient.wgsl.
// Not finite is told by bits: a shader may be compiled as if there were no NaN, and exp may turn one into a number.

struct Shape { threads: u32, pixels: u32, chunks: u32, stride: u32, offset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> logits: array<Stored>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x;
  if (thread >= shape.threads) { return; }
  let image = thread / shape.chunks;
  let chunk = thread % shape.chunks;
  let size = (shape.pixels + shape.chunks - 1u) / shape.chunks;
  let end = min((chunk + 1u) * size, shape.pixels);
  var soft = vec4f();
  var hard = vec4f();
  for (var p = chunk * size; p < end; p++) {
    let pixel = image * shape.pixels + p;
    let z = f32(logits[pixel * shape.stride + shape.offset]);
    let g = f32(min((masks[pixel / 4u] >> (8u * (pixel % 4u))) & 255u, 1u));
    let probability = 1.0 / (1.0 + exp(-z));
    var entropy = select(0.0, z, z > 0.0) - z * g + log(1.0 + exp(-abs(z)));
    //# if focal
    let a = select(-z, z, g > 0.5);
    entropy *= exp(-focal * (max(a, 0.0) + log(1.0 + exp(-abs(a)))));
    //# end
    soft += vec4f(probability, g, probability * g, entropy);
    let lesion = select(0.0, 1.0, z >= 0.0);
    hard += vec4f(lesion, lesion * g, select(0.0, 1.0, lesion == g), select(0.0, 1.0, (bitcast<u32>(z) & 0x7f800000u) == 0x7f800000u));
  }
  sums[2u * thread] = soft;
  sums[2u * thread + 1u] = hard;
}
