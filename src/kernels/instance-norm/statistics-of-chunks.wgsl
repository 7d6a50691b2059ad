// Joins what statistics.wgsl found in an image's chunks: a thread for every image and channel. See join-chunks.wgsl.

struct Shape {
  threads: u32,       // images × channels
  pixels: u32,
  channels: u32,
  to: u32,            // as in statistics.wgsl
  imageStride: u32,
  chunk: u32,
  chunks: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partial: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec2f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= shape.threads) { return; }
  let channel = id.x % shape.channels;
  let image = id.x / shape.channels;
  result[shape.to + image * shape.imageStride + channel] = joinedChunks(image, channel);
}
