// Convolution, and its input gradient, by register tiles without barriers.
//
//   output[b, y, x, o] = Σ over taps and i of  input[b, row(y, ky), column(x, kx), i] · weights[ky, kx, i, o]
//
// A thread makes P neighbouring pixels of a row times N output channels. Neighbouring threads take neighbouring output
// channels: then a weight is one contiguous load for all of them and an input is one value for all of them, which is
// what both software adapters (a vector load, a broadcast) and GPUs (coalesced, cached) want.
//
// Sums are made of parts: SUM input channels of one kernel row at a time, since the error of one long serial sum grows with its
// length.
//
// Each source column of the tile is loaded once into a register `v`, and each tap names the register that it reads. In quads,
// which are four neighbouring threads of a subgroup on the same pixels, each loads every fourth input channel and gets the others
// from its neighbours: a quarter of the loads, and the same sums in the same order.

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = shape.first + id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let side = i32(shape.side);
  let sourceSide = i32(shape.sourceSide);
  let groups = shape.groups;
  let tiles = (shape.side + P - 1) / P;
  let group = thread % groups;
  let lane = thread % SPREAD;
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
    for (var begin = 0u; begin < shape.inputs; begin += SUM) {
      //# each accumulator
      var b$p_$n = 0.0;
      //# end
      for (var i = begin; i < min(begin + SUM, shape.inputs); i += SPREAD) {
        //# if through
        let norm = normOf(u32(image), i + lane);
        //# each column
        let l$d = select(0.0, leaky(affine(f32(input[from$d + i + lane]), norm)), inside$d);
        //# end
        //# end
        //# if !through
        //# each column
        let l$d = select(0.0, f32(input[from$d + i + lane]), inside$d);
        //# end
        //# end
        //# each spread
        //# if quads
        let v$j_$d = quadBroadcast(l$d, $j);
        //# end
        //# if !quads
        let v$j_$d = l$d;
        //# end
        //# end
        //# each weight
        let w$j_$k_$n = weights[w + $k * tap + $j * shape.outputs + $n * groups];
        //# end
        //# each tap
        b$p_$n = fma(v$j_$d, w$j_$k_$n, b$p_$n);
        //# end
        w += SPREAD * shape.outputs;
      }
      //# each accumulator
      a$p_$n += b$p_$n;
      //# end
    }
  }

  var sums: array<f32, P * N>;
  //# each accumulator
  sums[$p * N + $n] = a$p_$n;
  //# end
  finish(&sums, image, y, x, group, groups);
}
