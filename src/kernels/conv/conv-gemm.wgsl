// Convolution, and its input gradient, as a product of matrices: pixels × (taps and input channels) by (taps and input channels) ×
// output channels, the first of which is never written out.
//
// A workgroup makes ROWS × P pixels times TO output channels, a thread P pixels of one row times four neighbouring channels. For BLOCK
// input channels of one kernel row at a time, all threads carry the source pixels and the weights into workgroup memory, where four
// values lie in each word: a source word is four input channels of a pixel, a weight word four output channels of a tap. A thread then
// reads each source column once for all K taps and all four channels, and each weight once for P pixels.
//
// The gradient of a stride of 2 (dilated) makes rows of one parity in a workgroup, since each parity has its own taps: STEP is then 2.
//
// Sums are made of the same parts in the same order as in conv.wgsl, so that both give the same bits. Where an image has few pixels, DEPTH
// layers of threads make as many parts at a time, each of SUM input channels of one kernel row, and the first layer adds them in that order.

const TO = LANES * 4;
const QUADS = BLOCK / 4;

const SOURCE = QUADS * ROWS * COLUMNS;
const FILTERS = K * BLOCK * LANES;

var<workgroup> source: array<vec4f, DEPTH * SOURCE>;     // [layer, four input channels, row, column]
var<workgroup> filters: array<vec4f, DEPTH * FILTERS>;   // [layer, tap, input channel, four output channels]
//# if deep
var<workgroup> layers: array<vec4f, DEPTH * ROWS * LANES>;
//# end

// `count`: channels from the first of the four to the last of the tensor; what would lie beyond is zero.
//# if wide
fn inputs(at: u32, count: u32) -> vec4f { return vec4f(input[at / 4]); }
fn parameters(at: u32) -> vec4f { return weights[at / 4]; }
fn parameter(at: u32) -> f32 { return weights[at / 4][at % 4]; }
fn added(at: u32) -> vec4f { return vec4f(residual[at / 4]); }
fn held(at: u32) -> vec4f { return vec4f(output[at / 4]); }
fn put(at: u32, value: vec4f) { output[at / 4] = Values(value); }
fn present(value: vec4f, count: u32) -> vec4f { return value; }
//# end
//# if !wide
fn inputs(at: u32, count: u32) -> vec4f {
  return present(vec4f(vec4(input[at], input[at + 1], input[at + 2], input[at + 3])), count);
}
fn parameters(at: u32) -> vec4f { return vec4f(weights[at], weights[at + 1], weights[at + 2], weights[at + 3]); }
fn parameter(at: u32) -> f32 { return weights[at]; }
fn added(at: u32) -> vec4f { return vec4f(vec4(residual[at], residual[at + 1], residual[at + 2], residual[at + 3])); }
fn held(at: u32) -> vec4f { return vec4f(vec4(output[at], output[at + 1], output[at + 2], output[at + 3])); }
fn put(at: u32, value: vec4f) {
  for (var n = 0u; n < 4; n++) { output[at + n] = Stored(value[n]); }
}
fn present(value: vec4f, count: u32) -> vec4f { return select(vec4f(), value, vec4u(0, 1, 2, 3) < vec4u(count)); }
//# end
//# if sums
fn before(at: u32) -> vec4f {
  //# if wide
  return vec4f(normed[at / 4]);
  //# end
  //# if !wide
  return vec4f(vec4(normed[at], normed[at + 1], normed[at + 2], normed[at + 3]));
  //# end
}
//# end

@compute @workgroup_size(LANES, ROWS, DEPTH)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u,
        @builtin(num_workgroups) workgroups: vec3u) {
  let tile = shape.first + workgroup.x + workgroup.y * workgroups.x;
  if (tile >= shape.threads) { return; }
  let sourceSide = i32(shape.sourceSide);
  let parts = shape.outputs / TO;
  let tilesAcross = (shape.side + P - 1) / P;
  let tilesDown = (shape.side + ROWS * STEP - 1) / (ROWS * STEP) * STEP;
  let begins = (tile % parts) * TO;
  let channel = begins + local.x * 4;
  let x = i32(tile / parts % tilesAcross) * P;
  let down = i32(tile / (parts * tilesAcross) % tilesDown);
  let top = down / STEP * (ROWS * STEP) + down % STEP;
  let image = i32(tile / (parts * tilesAcross * tilesDown));

  // Within its layer.
  let index = local.y * LANES + local.x;

  var bias = vec4f();
  if (shape.hasBias != 0u) {
    for (var n = 0u; n < 4; n++) { bias[n] = parameter(shape.bias + channel + n); }
  }
  //# each pixel
  var a$p = bias;
  var b$p = vec4f();
  //# end

  //# if !deep
  for (var ky = 0; ky < K; ky++) {
  //# end
  //# if deep
  let inRow = shape.inputs / SUM;
  for (var earlier = 0u; earlier < K * inRow; earlier += DEPTH) {
    let part = earlier + local.z;
    let ky = i32(part / inRow);
  //# end
    // First row and column of the source that the workgroup's pixels read with this row of the kernel.
    //# if !dilated
    let above = top * STRIDE - PAD + ky;
    let left = x * STRIDE - PAD;
    //# end
    //# if dilated
    let twice = top + PAD - (K - 1 - ky);
    if ((twice & 1) != 0) { continue; }
    let above = twice / 2;
    let left = x / 2 - 1;
    //# end
    //# if !deep
    for (var begin = 0u; begin < shape.inputs; begin += BLOCK) {
    //# end
    //# if deep
    for (var within = 0u; within < SUM; within += BLOCK) {
      let begin = part % inRow * SUM + within;
    //# end
      let quads = (min(BLOCK, shape.inputs - begin) + 3) / 4;
      //# if through
      // The same four channels for all that a thread carries, since QUADS divides the threads.
      let norm = normOf(u32(image), begin + index % QUADS * 4);
      //# end
      workgroupBarrier();
      for (var e = index; e < SOURCE; e += LANES * ROWS) {
        let q = e % QUADS;
        let c = e / QUADS % COLUMNS;
        let r = e / (QUADS * COLUMNS);
        let row = above + i32(r) * STRIDE;
        let column = left + i32(c);
        var v = vec4f();
        if (q < quads && row >= 0 && row < sourceSide * RAISE && column >= 0 && column < sourceSide * RAISE) {
          let pixel = u32((image * sourceSide + row / RAISE) * sourceSide + column / RAISE);
          let count = shape.inputs - begin - q * 4;
          v = inputs(pixel * shape.inputStride + shape.inputOffset + begin + q * 4, count);
          //# if through
          v = present(leaky(affine(v, norm)), count);
          //# end
        }
        source[local.z * SOURCE + (q * ROWS + r) * COLUMNS + c] = v;
      }
      for (var e = index; e < FILTERS; e += LANES * ROWS) {
        let i = e / LANES % BLOCK;
        var v = vec4f();
        if (i < shape.inputs - begin) {
          let tap = u32(ky) * K + e / (LANES * BLOCK);
          v = parameters(shape.weights + (tap * shape.inputs + begin + i) * shape.outputs + begins + e % LANES * 4);
        }
        filters[local.z * FILTERS + e] = v;
      }
      workgroupBarrier();
      for (var q = 0u; q < quads; q++) {
        let start = local.z * SOURCE + (q * ROWS + local.y) * COLUMNS;
        //# each column
        let v$d = source[start + $d];
        //# end
        let first = local.z * FILTERS + q * 4 * LANES + local.x;
        //# each weight
        let w$j_$k = filters[first + ($k * BLOCK + $j) * LANES];
        //# end
        //# each tap
        b$p = fma(vec4f(v$d[$j]), w$j_$k, b$p);
        //# end
      }
      //# if !deep
      if ((begin + BLOCK) % SUM == 0 || begin + BLOCK >= shape.inputs) {
        //# each pixel
        a$p += b$p;
        b$p = vec4f();
        //# end
      }
      //# end
    }
    //# if deep
    //# each pixel
    workgroupBarrier();
    layers[local.z * ROWS * LANES + index] = b$p;
    b$p = vec4f();
    workgroupBarrier();
    if (local.z == 0) {
      for (var layer = 0u; layer < min(DEPTH, K * inRow - earlier); layer++) { a$p += layers[layer * ROWS * LANES + index]; }
    }
    //# end
    //# end
  }

  var y = top + i32(local.y) * STEP;
  //# if deep
  // Only the first layer has the sums.
  if (local.z > 0) { y = i32(shape.side); }
  //# end
  //# each pixel
  let r$p = finish(a$p, image, y, x + $p, channel);
  //# end
  //# if summing
  //# each four
  sumBlock(r$a, r$b, r$c, r$d, u32(image), u32(y), u32(x + $a), channel, local);
  //# end
  //# end
}

// As in conv-shape.wgsl, four channels of one pixel: what is then stored, zero for a pixel that is not the image's.
fn finish(sum: vec4f, image: i32, y: i32, x: i32, channel: u32) -> vec4f {
  let side = i32(shape.side);
  if (y >= side || x >= side) { return vec4f(); }
  let pixel = u32((image * side + y) * side + x);
  var there = pixel;
  if (shape.residual == 2u) { there = u32(image * side + y) / 2 * (shape.side / 2) + u32(x) / 2; }
  var r = sum;
  if (shape.residual != 0u) { r += added(there * shape.residualStride + shape.residualOffset + channel); }
  r = select(r * shape.slope, r, r > vec4f());
  //# if dropping
  if (shape.rate > 0.0) {
    for (var n = 0u; n < 4; n++) {
      r[n] *= dropoutFactor(step, shape.stream, shape.rate, pixel * shape.outputs + channel + n);
    }
  }
  //# end
  let to = pixel * shape.outputStride + shape.outputOffset + channel;
  if (shape.accumulate != 0u) { r += held(to); }
  put(to, r);
  return vec4f(vec4<Stored>(r));
}
