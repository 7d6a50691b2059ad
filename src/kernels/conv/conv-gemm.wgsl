// Convolution, and its input gradient, as a product of matrices: pixels × (taps and input channels) by (taps and input channels) ×
// output channels, the first of which is never written out.
//
// A workgroup makes ROWS × P pixels times TO output channels, a thread P pixels of one row times four neighbouring channels. For BLOCK
// input channels of one kernel row at a time, all threads carry the source pixels and the weights into workgroup memory, where four
// values lie in each word: a source word is four input channels of a pixel, a weight word four output channels of a tap. A thread then
// reads each source column once for all K taps and all four channels, and each weight once for P pixels.
//
// Sums are made of the same parts in the same order as in conv.wgsl, so that both give the same bits.

const TO = LANES * 4;
const COLUMNS = (P - 1) * STRIDE + K;
const QUADS = BLOCK / 4;

var<workgroup> source: array<vec4f, QUADS * ROWS * COLUMNS>;   // [four input channels, row, column]
var<workgroup> filters: array<vec4f, K * BLOCK * LANES>;       // [tap, input channel, four output channels]

//# if wide
fn inputs(at: u32) -> vec4f { return vec4f(input[at / 4]); }
fn parameters(at: u32) -> vec4f { return weights[at / 4]; }
fn parameter(at: u32) -> f32 { return weights[at / 4][at % 4]; }
fn added(at: u32) -> vec4f { return vec4f(residual[at / 4]); }
fn held(at: u32) -> vec4f { return vec4f(output[at / 4]); }
fn put(at: u32, value: vec4f) { output[at / 4] = Values(value); }
//# end
//# if !wide
fn inputs(at: u32) -> vec4f { return vec4f(vec4(input[at], input[at + 1], input[at + 2], input[at + 3])); }
fn parameters(at: u32) -> vec4f { return vec4f(weights[at], weights[at + 1], weights[at + 2], weights[at + 3]); }
fn parameter(at: u32) -> f32 { return weights[at]; }
fn added(at: u32) -> vec4f { return vec4f(vec4(residual[at], residual[at + 1], residual[at + 2], residual[at + 3])); }
fn held(at: u32) -> vec4f { return vec4f(vec4(output[at], output[at + 1], output[at + 2], output[at + 3])); }
fn put(at: u32, value: vec4f) {
  for (var n = 0u; n < 4; n++) { output[at + n] = Stored(value[n]); }
}
//# end

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
  let begins = (tile % blocks) * TO;
  let channel = begins + local.x * 4;
  let x = i32(tile / blocks % across) * P;
  let top = i32(tile / (blocks * across) % down) * ROWS;
  let image = i32(tile / (blocks * across * down));

  var bias = vec4f();
  if (shape.hasBias != 0u) {
    for (var n = 0u; n < 4; n++) { bias[n] = parameter(shape.bias + channel + n); }
  }
  //# each pixel
  var a$p = bias;
  var b$p = vec4f();
  //# end

  for (var ky = 0; ky < K; ky++) {
    for (var begin = 0u; begin < shape.inputs; begin += BLOCK) {
      let quads = min(BLOCK, shape.inputs - begin) / 4;
      workgroupBarrier();
      for (var e = index; e < QUADS * ROWS * COLUMNS; e += LANES * ROWS) {
        let q = e % QUADS;
        let c = e / QUADS % COLUMNS;
        let r = e / (QUADS * COLUMNS);
        let row = (top + i32(r)) * STRIDE - PAD + ky;
        let column = x * STRIDE - PAD + i32(c);
        var v = vec4f();
        if (q < quads && row >= 0 && row < sourceSide * RAISE && column >= 0 && column < sourceSide * RAISE) {
          let pixel = u32((image * sourceSide + row / RAISE) * sourceSide + column / RAISE);
          v = inputs(pixel * shape.inputStride + shape.inputOffset + begin + q * 4);
        }
        source[(q * ROWS + r) * COLUMNS + c] = v;
      }
      for (var e = index; e < K * BLOCK * LANES; e += LANES * ROWS) {
        let i = e / LANES % BLOCK;
        var v = vec4f();
        if (i < quads * 4) {
          let tap = u32(ky) * K + e / (LANES * BLOCK);
          v = parameters(shape.weights + (tap * shape.inputs + begin + i) * shape.outputs + begins + e % LANES * 4);
        }
        filters[e] = v;
      }
      workgroupBarrier();
      for (var q = 0u; q < quads; q++) {
        let start = (q * ROWS + local.y) * COLUMNS;
        //# each column
        let v$d = source[start + $d];
        //# end
        let first = q * 4 * LANES + local.x;
        //# each weight
        let w$j_$k = filters[first + ($k * BLOCK + $j) * LANES];
        //# end
        //# each tap
        b$p = fma(vec4f(v$d[$j]), w$j_$k, b$p);
        //# end
      }
      if ((begin + BLOCK) % SUM == 0 || begin + BLOCK >= shape.inputs) {
        //# each pixel
        a$p += b$p;
        b$p = vec4f();
        //# end
      }
    }
  }

  let y = top + i32(local.y);
  if (y >= side) { return; }
  //# each pixel
  if (x + $p < side) { finish(a$p, image, y, x + $p, channel); }
  //# end
}

// As in conv-shape.wgsl, four channels of one pixel.
fn finish(sum: vec4f, image: i32, y: i32, x: i32, channel: u32) {
  let pixel = u32((image * i32(shape.side) + y) * i32(shape.side) + x);
  var there = pixel;
  if (shape.residual == 2u) { there = u32(image * i32(shape.side) + y) / 2 * (shape.side / 2) + u32(x) / 2; }
  var r = sum;
  if (shape.residual != 0u) { r += added(there * shape.residualStride + shape.residualOffset + channel); }
  r = select(r * shape.slope, r, r > vec4f());
  let to = pixel * shape.outputStride + shape.outputOffset + channel;
  if (shape.accumulate != 0u) { r += held(to); }
  put(to, r);
}
