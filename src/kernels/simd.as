// Vectors of four floats. In the build with relaxed SIMD a multiply-add is one instruction with one rounding where the machine has it, so
// that the two builds differ by rounding; either gives the same bits each time on one machine.

@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// A kernel is called for one chunk of its work at a time. Whatever the chunks are of, there are `chunks` of them, and all but the last have
// the same size: this is the first item of one; that of the next is its end.
@inline
export function firstOf(chunk: i32, each: i32, all: i32): i32 {
  return min(chunk * each, all);
}

// The first `count` of four floats, and zeros.
export function loadSome(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let x = f32x4.splat(0);
  if (count > 0) x = f32x4.replace_lane(x, 0, load<f32>(from));
  if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(from, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(from, 8));
  return x;
}

// Stores the first `count` of four floats.
export function storeSome(to: usize, x: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, x);
    return;
  }
  if (count > 0) store<f32>(to, f32x4.extract_lane(x, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(x, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(x, 2), 8);
}
