// What all variants of a convolution share: its constants and tensors, and what is done with a finished sum.

struct Shape {
  first: u32,         // thread, or workgroup: those before are another dispatch's
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
  stream: u32,
  rate: f32,          // of dropout, last of all; 0 for none
  // Of the norm through which the input is read, or whose backward sums are found.
  coefficients: u32,  // of image 0, the first channel's mean
  coefficientStride: u32,
  normSlope: f32,
  normedStride: u32,  // of the input of the norm whose backward sums are found
  normedOffset: u32,
  normedFrom: u32,    // its first channel of which they are wanted
}

// Tensors are read in fours where every pixel of each begins at a multiple of four values.
//# if wide
alias Values = vec4<Stored>;
alias Weights = vec4f;
//# end
//# if !wide
alias Values = Stored;
alias Weights = f32;
//# end
//# if fours
alias Lane = vec4f;
//# end
//# if !fours
alias Lane = f32;
//# end

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<Values>;
@group(0) @binding(2) var<storage, read> weights: array<Weights>;
@group(0) @binding(3) var<storage, read_write> output: array<Values>;
@group(0) @binding(4) var<storage, read> residual: array<Values>;
//# if dropping
@group(0) @binding(5) var<uniform> step: Step;
//# end
//# if normed
@group(0) @binding(6) var<storage, read> coefficients: array<Weights>;
//# end
//# if summing
@group(0) @binding(7) var<storage, read_write> partial: array<f32>;
//# end
//# if sums
@group(0) @binding(8) var<storage, read> normed: array<Values>;
//# end

//# if !gemm
// Writes P pixels of a row from x on, N channels each: bias is in the sums already; a residual, leaky ReLU, dropout, and what
// the output held are added here. Written once, not once per pixel: shaders compile in half the time.
fn finish(sums: ptr<function, array<f32, P * N>>, image: i32, y: i32, x: i32, channel: u32, apart: u32) {
  let side = i32(shape.side);
  let first = u32((image * side + y) * side + x);
  for (var p = 0; p < min(P, side - x); p++) {
    let pixel = first + u32(p);
    var there = pixel;
    if (shape.residual == 2u) { there = u32(image * side + y) / 2 * (shape.side / 2) + u32(x + p) / 2; }
    for (var n = 0; n < N; n++) {
      let at = channel + u32(n) * apart;
      var r = (*sums)[p * N + n];
      if (shape.residual != 0u) { r += f32(residual[there * shape.residualStride + shape.residualOffset + at]); }
      r = select(r * shape.slope, r, r > 0.0);
      //# if dropping
      if (shape.rate > 0.0) { r *= dropoutFactor(step, shape.stream, shape.rate, pixel * shape.outputs + at); }
      //# end
      let to = pixel * shape.outputStride + shape.outputOffset + at;
      if (shape.accumulate != 0u) { r += f32(output[to]); }
      output[to] = Stored(r);
    }
  }
}
//# end
