// Convolution, and its input gradient, by register tiles without barriers.
//
//   output[b, y, x, o] = Σ over taps and i of  input[b, row(y, ky), column(x, kx), i] · weights[ky, kx, i, o]
//
// A thread makes P neighbouring pixels of a row times N output channels. Neighbouring threads take neighbouring output
// channels: then a weight is one contiguous load for all of them and an input is one value for all of them, which is
// what both software adapters (a vector load, a broadcast) and GPUs (coalesced, cached) want.
//
// Each source column of the tile is loaded once into a register `v`, and each tap names the register that it reads.

struct Shape {
  threads: u32,
  side: u32,          // of the output
  sourceSide: u32,
  inputs: u32,        // channels
  outputs: u32,
  groups: u32,        // outputs / N
  inputStride: u32,
  inputOffset: u32,
  outputStride: u32,
  outputOffset: u32,
  weights: u32,       // first weight
  bias: u32,          // first bias
  residualStride: u32,
  residualOffset: u32,
  // What is done with a sum: uniform branches, so that layers of one tile share one compiled shader.
  hasBias: u32,
  residual: u32,      // 0 none, 1 of the output's side, 2 of half the side, raised
  accumulate: u32,
  slope: f32,         // of leaky ReLU; 1 for none
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let side = i32(shape.side);
  let sourceSide = i32(shape.sourceSide);
  let groups = shape.groups;
  let tiles = (shape.side + P - 1) / P;
  let group = thread % groups;
  let x = i32((thread / groups) % tiles) * P;
  let line = thread / (groups * tiles);
  let y = i32(line) % side;
  let image = i32(line) / side;

  //# each channel
  var bias$n = 0.0;
  if (shape.hasBias != 0u) { bias$n = weights[shape.bias + group + $n * groups]; }
  //# end
  //# each accumulator
  var a$p_$n = bias$n;
  //# end

  // First source column of the tile; for the others it is known which lie beyond the border.
  //# if plain
  let left = x * STRIDE - PAD;
  //# end
  //# if halved
  let left = x / 2 - 1;
  //# end
  //# each column
  let inside$d = left + $d >= 0 && left + $d < sourceSide;
  let at$d = u32(clamp(left + $d, 0, sourceSide - 1)) * shape.inputStride + shape.inputOffset;
  //# end

  let tap = shape.inputs * shape.outputs;
  for (var ky = 0; ky < K; ky++) {
    //# if plain
    let row = y * STRIDE - PAD + ky;
    if (row < 0 || row >= sourceSide) { continue; }
    //# end
    //# if upsampled
    let raised = y - 1 + ky;
    if (raised < 0 || raised >= side) { continue; }
    let row = raised / 2;
    //# end
    //# if dilated
    // The gradient of a stride of 2: weights are flipped, ky counts from the far end.
    let twice = y + PAD - (K - 1 - ky);
    if ((twice & 1) != 0 || twice < 0 || twice >= 2 * sourceSide) { continue; }
    let row = twice / 2;
    //# end
    let base = u32(image * sourceSide + row) * u32(sourceSide) * shape.inputStride;
    //# each column
    let from$d = base + at$d;
    //# end
    var w = shape.weights + u32(ky) * K * tap + group;
    for (var i = 0u; i < shape.inputs; i++) {
      //# each column
      let v$d = select(0.0, input[from$d + i], inside$d);
      //# end
      //# each weight
      let w$k_$n = weights[w + $k * tap + $n * groups];
      //# end
      //# each tap
      a$p_$n = fma(v$d, w$k_$n, a$p_$n);
      //# end
      w += shape.outputs;
    }
  }

  // What follows a sum is written once, not once per pixel: the shader compiles in half the time.
  var sums: array<f32, P * N>;
  //# each accumulator
  sums[$p * N + $n] = a$p_$n;
  //# end
  let first = (u32(image) * shape.side + u32(y)) * shape.side + u32(x);
  for (var p = 0; p < min(P, side - x); p++) {
    let pixel = first + u32(p);
    //# each channel
    var r$n = sums[p * N + $n];
    //# end
    if (shape.residual != 0u) {
      var there = pixel;
      if (shape.residual == 2u) { there = (u32(image * side + y) / 2) * (shape.side / 2) + u32(x + p) / 2; }
      there = there * shape.residualStride + shape.residualOffset + group;
      //# each channel
      r$n += residual[there + $n * groups];
      //# end
    }
    //# each channel
    r$n = select(r$n * shape.slope, r$n, r$n > 0.0);
    //# end
    let to = pixel * shape.outputStride + shape.outputOffset + group;
    if (shape.accumulate != 0u) {
      //# each channel
      r$n += output[to + $n * groups];
      //# end
    }
    //# each channel
    output[to + $n * groups] = r$n;
    //# end
  }
}
