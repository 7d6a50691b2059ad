// Joins the blocks of a norm; see join-blocks.wgsl. Forward it leaves what its readers need (through.wgsl), backward the sums.

struct Shape {
  side: u32,
  channels: u32,
  partialChannels: u32,    // of the tensor whose blocks were summed, of which the norm's may be some
  partialOffset: u32,
  to: u32,                 // forward: the first mean of image 0; backward: the first pair of sums
  imageStride: u32,        // forward: of a row of coefficients; backward: pairs from one image to the next
  gamma: u32,
  beta: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partial: array<f32>;
//# if moments
@group(0) @binding(2) var<storage, read_write> coefficients: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
//# end
//# if sums
@group(0) @binding(2) var<storage, read_write> pairs: array<vec2f>;
//# end

@compute @workgroup_size(LANES, STRIPS)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let channel = workgroup.x * LANES + local.x;
  let image = workgroup.y;
  let valid = channel < shape.channels;
  let found = joinedBlocks(image, channel, valid, local.x, local.y);
  if (!valid || local.y > 0) { return; }
  //# if moments
  let to = shape.to + image * 4 * shape.imageStride + channel;
  coefficients[to] = found.x;
  coefficients[to + shape.imageStride] = parameters[shape.gamma + channel] * found.y;
  coefficients[to + 2 * shape.imageStride] = parameters[shape.beta + channel];
  coefficients[to + 3 * shape.imageStride] = found.y;
  //# end
  //# if sums
  pairs[shape.to + image * shape.imageStride + channel] = found;
  //# end
}
