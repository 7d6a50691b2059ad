// The sums of all blocks of an image and channel, joined by STRIPS threads: each takes every STRIPS-th block, in order, then halves are added.
//
//   forward:   mean = Σ nᵢ meanᵢ / n;  variance = Σ (distancesᵢ + nᵢ (meanᵢ − mean)²) / n   (Chan, Golub and LeVeque 1983)
//   backward:  the two sums are added
//
// `partial` and a shape with side, partialChannels and partialOffset are whoever's that calls it.

var<workgroup> strips: array<f32, LANES * STRIPS>;

// What all threads of a lane have, added; each gets it.
fn overStrips(value: f32, lane: u32, strip: u32) -> f32 {
  workgroupBarrier();
  strips[strip * LANES + lane] = value;
  for (var half = STRIPS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (strip < half) { strips[strip * LANES + lane] += strips[(strip + half) * LANES + lane]; }
  }
  workgroupBarrier();
  return strips[lane];
}

fn partOf(image: u32, block: u32, channel: u32) -> vec2f {
  let at = (image * blocksOf(shape.side) + block) * 2 * shape.partialChannels + shape.partialOffset + channel;
  return vec2f(partial[at], partial[at + shape.partialChannels]);
}

// (mean, 1 / deviation), or the two sums. Called by whole workgroups; `valid` says whether the thread has a channel at all.
fn joinedBlocks(image: u32, channel: u32, valid: bool, lane: u32, strip: u32) -> vec2f {
  let blocks = select(0, blocksOf(shape.side), valid);
  //# if moments
  let all = f32(shape.side * shape.side);
  var origin = 0.0;
  // Relative to the first block's mean, so that a large mean does not cost the sum its digits.
  if (valid) { origin = partOf(image, 0, channel).x; }
  var shift = 0.0;
  for (var b = strip; b < blocks; b += STRIPS) {
    let pixels = pixelsIn(cornerOf(b, shape.side), shape.side);
    if (pixels > 0.0) { shift += pixels * (partOf(image, b, channel).x - origin); }
  }
  let mean = origin + overStrips(shift, lane, strip) / all;
  var distances = 0.0;
  for (var b = strip; b < blocks; b += STRIPS) {
    let pixels = pixelsIn(cornerOf(b, shape.side), shape.side);
    if (pixels > 0.0) {
      let part = partOf(image, b, channel);
      distances += part.y + pixels * (part.x - mean) * (part.x - mean);
    }
  }
  return vec2f(mean, 1.0 / sqrt(overStrips(distances, lane, strip) / all + epsilon));
  //# end
  //# if sums
  var sum = vec2f();
  for (var b = strip; b < blocks; b += STRIPS) {
    if (pixelsIn(cornerOf(b, shape.side), shape.side) > 0.0) { sum += partOf(image, b, channel); }
  }
  return vec2f(overStrips(sum.x, lane, strip), overStrips(sum.y, lane, strip));
  //# end
}
