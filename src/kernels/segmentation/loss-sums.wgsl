// What the loss and the scores need of each image, in partial sums over chunks of its pixels. In a tree a chunk is a workgroup's,
// whose threads sum every WORKGROUP-th pixel and then join, always in the same order; else it is one thread's, which needs no barrier. With
// p = sigmoid(logit) and g the mask's 0 or 1,
//   sums[image, chunk] = ( Σp, Σg, Σpg, Σ cross-entropy ), ( |p ≥ ½|, |p ≥ ½ and g|, right pixels, logits not finite )
// Cross-entropy from the logit z: max(z, 0) − z·g + log(1 + exp(−|z|)). p ≥ ½ is z ≥ 0. Where it is focal, it is multiplied by
// (1 − p_true)^focal; see loss-gradient.wgsl.
// Not finite is told by bits: a shader may be compiled as if there were no NaN, and exp may turn one into a number.

struct Shape { threads: u32, pixels: u32, chunk: u32, chunks: u32, stride: u32, offset: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> logits: array<Stored>;
@group(0) @binding(2) var<storage, read> masks: array<u32>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

//# if tree
var<workgroup> softs: array<vec4f, WORKGROUP>;
var<workgroup> hards: array<vec4f, WORKGROUP>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  let image = workgroup.y;
  //# if tree
  let chunk = workgroup.x;
  let apart = u32(WORKGROUP);
  let begin = chunk * shape.chunk + local;
  //# end
  //# if !tree
  let chunk = workgroup.x * WORKGROUP + local;
  let apart = 1u;
  let begin = chunk * shape.chunk;
  if (chunk >= shape.chunks) { return; }
  //# end
  let end = min((chunk + 1u) * shape.chunk, shape.pixels);
  var soft = vec4f();
  var hard = vec4f();
  for (var p = begin; p < end; p += apart) {
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
  //# if tree
  softs[local] = soft;
  hards[local] = hard;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      softs[local] += softs[local + half];
      hards[local] += hards[local + half];
    }
  }
  if (local > 0u) { return; }
  soft = softs[0];
  hard = hards[0];
  //# end
  let to = 2u * (image * shape.chunks + chunk);
  sums[to] = soft;
  sums[to + 1u] = hard;
}
