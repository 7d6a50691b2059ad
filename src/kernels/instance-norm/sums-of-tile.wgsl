// A tile's blocks, summed by the workgroup that has made it: each thread of its first layer has P pixels of one of ROWS rows, four channels
// each. See blocks.wgsl.

var<workgroup> rowSums: array<vec4f, ROWS * LANES>;

// Of the rows of the thread's block, in their order.
fn overRows(value: vec4f, local: vec3u) -> vec4f {
  workgroupBarrier();
  if (local.z == 0) { rowSums[local.y * LANES + local.x] = value; }
  workgroupBarrier();
  let first = local.y / HIGH * HIGH;
  var sum = vec4f();
  for (var r = first; r < first + HIGH; r++) { sum += rowSums[r * LANES + local.x]; }
  return sum;
}

//# if moments
fn away(value: vec4f, mean: vec4f, y: u32, x: u32) -> vec4f {
  return select(vec4f(), value - mean, y < shape.side && x < shape.side);
}
//# end
//# if sums
struct Term { d: vec4f, normal: vec4f }

fn termOf(g: vec4f, image: u32, y: u32, x: u32, channel: u32) -> Term {
  if (y >= shape.side || x >= shape.side || channel < shape.normedFrom) { return Term(); }
  let pixel = (image * shape.side + y) * shape.side + x;
  let value = before(pixel * shape.normedStride + shape.normedOffset + channel);
  let norm = normOf(image, channel);
  let normal = (value - norm.mean) * inverseOf(image, channel);
  return Term(select(g * shape.normSlope, g, affine(value, norm) > vec4f()), normal);
}
//# end

// The block whose row y has the values a, b, c and d from column x on; y and x may lie beyond the image, where values are zero.
fn sumBlock(a: vec4f, b: vec4f, c: vec4f, d: vec4f, image: u32, y: u32, x: u32, channel: u32, local: vec3u) {
  let corner = vec2u(x, y - local.y % HIGH * STEP);
  let pixels = pixelsIn(corner, shape.side);
  //# if moments
  let first = overRows(sumOf(a, b, c, d), local) / pixels;
  let e = away(a, first, y, x);
  let f = away(b, first, y, x + 1);
  let g = away(c, first, y, x + 2);
  let h = away(d, first, y, x + 3);
  let second = overRows(productsOf(e, f, g, h, e, f, g, h), local);
  //# end
  //# if sums
  let e = termOf(a, image, y, x, channel);
  let f = termOf(b, image, y, x + 1, channel);
  let g = termOf(c, image, y, x + 2, channel);
  let h = termOf(d, image, y, x + 3, channel);
  let first = overRows(sumOf(e.d, f.d, g.d, h.d), local);
  let second = overRows(productsOf(e.d, f.d, g.d, h.d, e.normal, f.normal, g.normal, h.normal), local);
  //# end
  if (local.z > 0 || local.y % HIGH != 0 || pixels == 0.0) { return; }
  let block = image * blocksOf(shape.side) + blockAt(corner.x, corner.y, shape.side);
  let to = block * 2 * shape.outputs + channel;
  for (var n = 0u; n < 4; n++) {
    partial[to + n] = first[n];
    partial[to + shape.outputs + n] = second[n];
  }
}
