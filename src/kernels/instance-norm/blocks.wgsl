// Sums over the pixels of one image and channel for its norm, block by block. A block's sums are the same whoever makes them, the convolution
// whose tiles the pixels are or a pass over the tensor: so no choice of tiles changes a bit.
//
//   forward:   a block's mean, and its squared distances from it
//   backward:  Σ d and Σ d·x̂,  d = gradient · leaky'(γ x̂ + β)
//
// A block has WIDE × HIGH pixels, of every STEP-th row: 2 for a convolution that makes even and odd rows apart. Each row of four is summed,
// then the rows in their order. Sums lie as [image, block, first or second, channel].

const WIDE = 4u;
const HIGH = 8u;

fn across(side: u32) -> u32 { return (side + WIDE - 1) / WIDE; }

fn blocksOf(side: u32) -> u32 { return across(side) * ((side + HIGH * STEP - 1) / (HIGH * STEP) * STEP); }

fn blockAt(x: u32, y: u32, side: u32) -> u32 {
  return (y / (HIGH * STEP) * STEP + y % STEP) * across(side) + x / WIDE;
}

// Column and row of a block's first pixel.
fn cornerOf(block: u32, side: u32) -> vec2u {
  let band = block / across(side);
  return vec2u(block % across(side) * WIDE, band / STEP * (HIGH * STEP) + band % STEP);
}

// Within the image; none where an image has fewer rows than STEP.
fn pixelsIn(corner: vec2u, side: u32) -> f32 {
  if (corner.x >= side || corner.y >= side) { return 0.0; }
  return f32(min(WIDE, side - corner.x) * min(HIGH, (side - corner.y + STEP - 1) / STEP));
}
