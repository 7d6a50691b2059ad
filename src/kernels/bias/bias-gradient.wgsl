// Gradient of a convolution's bias: result[to + c] = Σ over all pixels of gradient[pixel, c]. A workgroup has LANES channels ×
// STRIPS strips of one chunk of pixels; with one strip there is no barrier. Several chunks give sums [chunk, c]. A thread sums
// BLOCK values at a time, since the error of one long serial sum grows with its length.

struct Shape { pixels: u32, channels: u32, gradientStride: u32, gradientOffset: u32, to: u32, chunk: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> gradient: array<Stored>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

//# if shared
var<workgroup> strips: array<f32, LANES * STRIPS>;
//# end

const BLOCK = 32u;

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let chunk = workgroup.y;
  var sum = 0.0;
  if (channel < shape.channels) {
    let end = min((chunk + 1) * shape.chunk, shape.pixels);
    var p = chunk * shape.chunk + local.y;
    while (p < end) {
      var part = 0.0;
      let stop = min(end, p + BLOCK * STRIPS);
      for (; p < stop; p += STRIPS) {
        part += f32(gradient[p * shape.gradientStride + shape.gradientOffset + channel]);
      }
      sum += part;
    }
  }
  //# if shared
  strips[local.y * LANES + local.x] = sum;
  for (var half = STRIPS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) { strips[local.y * LANES + local.x] += strips[(local.y + half) * LANES + local.x]; }
  }
  sum = strips[local.x];
  //# end
  if (channel < shape.channels && local.y == 0u) { result[shape.to + chunk * shape.channels + channel] = sum; }
}
