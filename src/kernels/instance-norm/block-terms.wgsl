// What a row of four pixels adds to a block's sums, for one channel or four; pixels beyond the image are zeros. Written with fma, so that
// no compiler makes other bits of it in one shader than in another.

fn sumOf(a: Lane, b: Lane, c: Lane, d: Lane) -> Lane { return (a + b) + (c + d); }

fn productsOf(a: Lane, b: Lane, c: Lane, d: Lane, e: Lane, f: Lane, g: Lane, h: Lane) -> Lane {
  return fma(d, h, fma(c, g, fma(b, f, a * e)));
}
