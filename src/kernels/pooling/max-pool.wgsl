// 2×2 maximum with stride 2 over [b, 2·side, 2·side, c], and its gradient, which goes to the first maximum in row order.
// A thread makes one output value, or the gradients of the four values that it was chosen from.

struct Shape {
  threads: u32,
  side: u32,          // of the pooled tensor
  channels: u32,
  inputStride: u32,
  inputOffset: u32,
  outputStride: u32,
  outputOffset: u32,
  gradientStride: u32,
  gradientOffset: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> input: array<Stored>;
@group(0) @binding(2) var<storage, read_write> output: array<Stored>;
//# if backward
@group(0) @binding(3) var<storage, read> gradient: array<Stored>;
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let pixel = thread / shape.channels;
  let x = pixel % shape.side;
  let line = pixel / shape.side; // image · side + y
  let first = line * 4u * shape.side + x * 2u;
  var best = input[first * shape.inputStride + shape.inputOffset + channel];
  var at = 0u;
  for (var q = 1u; q < 4u; q++) {
    let place = first + (q / 2u) * 2u * shape.side + (q & 1u);
    let value = input[place * shape.inputStride + shape.inputOffset + channel];
    if (value > best) { best = value; at = q; }
  }
  //# if !backward
  output[pixel * shape.outputStride + shape.outputOffset + channel] = best;
  //# end
  //# if backward
  let g = gradient[pixel * shape.gradientStride + shape.gradientOffset + channel];
  for (var q = 0u; q < 4u; q++) {
    let place = first + (q / 2u) * 2u * shape.side + (q & 1u);
    let to = place * shape.outputStride + shape.outputOffset + channel;
    let d = select(Stored(0.0), g, q == at);
    //# if accumulate
    output[to] += d;
    //# end
    //# if !accumulate
    output[to] = d;
    //# end
  }
  //# end
}
