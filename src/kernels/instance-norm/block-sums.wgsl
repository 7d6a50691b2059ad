// A tensor's blocks, summed in a pass of their own, where the convolution that made it has not: a thread for each block and channel. See
// blocks.wgsl.

struct Shape {
  threads: u32,
  side: u32,
  channels: u32,
  stride: u32,             // of the tensor that is summed: the norm's input, or backward its output's gradient
  offset: u32,
  normedStride: u32,       // backward: of the norm's input
  normedOffset: u32,
  coefficients: u32,       // of image 0, its first channel
  coefficientStride: u32,
  normSlope: f32,
}

alias Lane = f32;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> values: array<Stored>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
//# if sums
@group(0) @binding(3) var<storage, read> normed: array<Stored>;
@group(0) @binding(4) var<storage, read> coefficients: array<f32>;
//# end

struct Pixel { inside: bool, at: u32 }

fn pixelAt(image: u32, x: u32, y: u32) -> Pixel {
  let inside = x < shape.side && y < shape.side;
  return Pixel(inside, (image * shape.side + select(0, y, inside)) * shape.side + select(0, x, inside));
}

fn valueAt(pixel: Pixel, channel: u32) -> f32 {
  return select(0.0, f32(values[pixel.at * shape.stride + shape.offset + channel]), pixel.inside);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let channel = thread % shape.channels;
  let place = thread / shape.channels;
  let image = place / blocksOf(shape.side);
  let corner = cornerOf(place % blocksOf(shape.side), shape.side);
  let pixels = pixelsIn(corner, shape.side);
  if (pixels == 0.0) { return; }
  var first = 0.0;
  var second = 0.0;
  //# if moments
  for (var row = 0u; row < HIGH; row++) {
    let y = corner.y + row * STEP;
    //# each column
    let v$c = valueAt(pixelAt(image, corner.x + $c, y), channel);
    //# end
    first += sumOf(v0, v1, v2, v3);
  }
  first /= pixels;
  for (var row = 0u; row < HIGH; row++) {
    let y = corner.y + row * STEP;
    //# each column
    let p$c = pixelAt(image, corner.x + $c, y);
    let v$c = select(0.0, valueAt(p$c, channel) - first, p$c.inside);
    //# end
    second += productsOf(v0, v1, v2, v3, v0, v1, v2, v3);
  }
  //# end
  //# if sums
  let norm = normOf(image, channel);
  let inverse = inverseOf(image, channel);
  for (var row = 0u; row < HIGH; row++) {
    let y = corner.y + row * STEP;
    //# each column
    let p$c = pixelAt(image, corner.x + $c, y);
    let g$c = valueAt(p$c, channel);
    let x$c = f32(normed[p$c.at * shape.normedStride + shape.normedOffset + channel]);
    let d$c = select(g$c * shape.normSlope, g$c, affine(x$c, norm) > 0.0);
    let n$c = select(0.0, (x$c - norm.mean) * inverse, p$c.inside);
    //# end
    first += sumOf(d0, d1, d2, d3);
    second += productsOf(d0, d1, d2, d3, n0, n1, n2, n3);
  }
  //# end
  let to = place * 2 * shape.channels + channel;
  partial[to] = first;
  partial[to + shape.channels] = second;
}
