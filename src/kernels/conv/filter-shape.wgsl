// What all variants of a filter gradient share: its constants and tensors.

struct Shape {
  first: u32,         // thread: those before are another dispatch's
  threads: u32,
  side: u32,          // of the output's gradient
  sourceSide: u32,    // of the input as stored
  inputs: u32,
  outputs: u32,
  groups: u32,        // of output channels
  inputStride: u32,
  inputOffset: u32,
  gradientStride: u32,
  gradientOffset: u32,
  rows: u32,          // batch × side
  rowsPerSplit: u32,
  to: u32,            // first value of the result
  // Of the norm through which the input is read.
  coefficients: u32,  // of image 0, the first channel's mean
  coefficientStride: u32,
  normSlope: f32,
}

// Tensors are read in fours where every pixel of each begins at a multiple of four values.
//# if wide
alias Values = vec4<Stored>;
alias Coefficients = vec4f;
//# end
//# if !wide
alias Values = Stored;
alias Coefficients = f32;
//# end
//# if fours
alias Lane = vec4f;
//# end
//# if !fours
alias Lane = f32;
//# end

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<Values>;
@group(0) @binding(2) var<storage, read> gradient: array<Values>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
//# if through
@group(0) @binding(4) var<storage, read> coefficients: array<Coefficients>;
//# end

