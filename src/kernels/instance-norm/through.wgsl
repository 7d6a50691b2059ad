// A norm that is left to those who read its input, for one channel or four: leaky((x − mean) · scale + shift), with scale = γ / deviation and
// shift = β. `coefficients` has, for each image, a row of each of the three and one of 1 / deviation, by channel. (Folded into x · scale + shift
// it would cost a load less, and the digits of images of few pixels, whose deviations may be zero.)

struct Norm { mean: Lane, scale: Lane, shift: Lane }

fn coefficient(row: u32, image: u32, channel: u32) -> Lane {
  let at = shape.coefficients + (image * 4 + row) * shape.coefficientStride + channel;
  //# if !fours
  return coefficients[at];
  //# end
  //# if fours
  //# if wide
  return coefficients[at / 4];
  //# end
  //# if !wide
  return vec4f(coefficients[at], coefficients[at + 1], coefficients[at + 2], coefficients[at + 3]);
  //# end
  //# end
}

fn normOf(image: u32, channel: u32) -> Norm {
  return Norm(coefficient(0, image, channel), coefficient(1, image, channel), coefficient(2, image, channel));
}

fn inverseOf(image: u32, channel: u32) -> Lane { return coefficient(3, image, channel); }

fn affine(x: Lane, norm: Norm) -> Lane { return fma(x - norm.mean, norm.scale, norm.shift); }

fn leaky(x: Lane) -> Lane { return select(x * shape.normSlope, x, x > Lane()); }
