// Convolution by tiles in workgroup memory: for GPUs, where the cores wait for memory and barriers are cheap.
//
// A workgroup makes ROWS rows of P pixels, LANES × N output channels; a thread one row's P pixels and N channels. For each row
// of the kernel, BLOCK input channels at a time are loaded once for all threads: the source rows as the kernel sees them (raised
// where the convolution reads an upsampled tensor, zeros beyond the border), and the weights of that kernel row.
//
// The sums go over kernel rows, then input channels, then kernel columns, in parts of SUM channels, as in conv.wgsl: the same
// bits.

const TO = LANES * N;
var<workgroup> source: array<f32, BLOCK * ROWS * COLUMNS>; // [channel, row, column]
var<workgroup> filters: array<f32, K * BLOCK * TO>;        // [kernel column, input channel, output channel]

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32,
        @builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let tile = shape.first + workgroup.x + workgroup.y * workgroups.x;
  if (tile >= shape.threads) { return; }
  let side = i32(shape.side);
  let sourceSide = i32(shape.sourceSide);
  let blocks = shape.outputs / TO;
  let across = (shape.side + P - 1) / P;
  let down = (shape.side + ROWS - 1) / ROWS;
  let channel = (tile % blocks) * TO;
  let x = i32(tile / blocks % across) * P;
  let top = i32(tile / (blocks * across) % down) * ROWS;
  let image = i32(tile / (blocks * across * down));
  let lane = local.x;

  //# each channel
  var bias$n = 0.0;
  if (shape.hasBias != 0u) { bias$n = weights[shape.bias + channel + lane + $n * LANES]; }
  //# end
  //# each accumulator
  var a$p_$n = bias$n;
  var b$p_$n = 0.0;
  //# end

  for (var ky = 0; ky < K; ky++) {
    for (var begin = 0u; begin < shape.inputs; begin += BLOCK) {
      let count = min(BLOCK, shape.inputs - begin);
      workgroupBarrier();
      for (var e = index; e < BLOCK * ROWS * COLUMNS; e += LANES * ROWS) {
        let i = e % BLOCK;
        let c = e / BLOCK % COLUMNS;
        let r = e / (BLOCK * COLUMNS);
        let row = (top + i32(r)) * STRIDE - PAD + ky;
        let column = x * STRIDE - PAD + i32(c);
        var v = 0.0;
        if (i < count && row >= 0 && row < sourceSide * RAISE && column >= 0 && column < sourceSide * RAISE) {
          let pixel = u32((image * sourceSide + row / RAISE) * sourceSide + column / RAISE);
          v = f32(input[pixel * shape.inputStride + shape.inputOffset + begin + i]);
          //# if through
          v = leaky(affine(v, normOf(u32(image), begin + i)));
          //# end
        }
        source[(i * ROWS + r) * COLUMNS + c] = v;
      }
      for (var e = index; e < K * BLOCK * TO; e += LANES * ROWS) {
        let i = e / TO % BLOCK;
        var v = 0.0;
        if (i < count) {
          let tap = u32(ky) * K + e / (TO * BLOCK);
          v = weights[shape.weights + (tap * shape.inputs + begin + i) * shape.outputs + channel + e % TO];
        }
        filters[e] = v;
      }
      workgroupBarrier();
      for (var i = 0u; i < count; i++) {
        let start = (i * ROWS + local.y) * COLUMNS;
        //# each column
        let v$d = source[start + $d];
        //# end
        //# each weight
        let w$k_$n = filters[($k * BLOCK + i) * TO + lane + $n * LANES];
        //# end
        //# each tap
        b$p_$n = fma(v$d, w$k_$n, b$p_$n);
        //# end
      }
      if ((begin + BLOCK) % SUM == 0 || begin + BLOCK >= shape.inputs) {
        //# each accumulator
        a$p_$n += b$p_$n;
        b$p_$n = 0.0;
        //# end
      }
    }
  }

  let y = top + i32(local.y);
  if (y >= side) { return; }
  var sums: array<f32, P * N>;
  //# each accumulator
  sums[$p * N + $n] = a$p_$n;
  //# end
  finish(&sums, image, y, x, channel + lane, LANES);
}
