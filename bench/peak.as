// What one thread reaches in the plainest loops: the bar for the CPU engine's kernels (cpu-kernels.ts). Compiled by run.mjs alone.

/** Eight chains of vector multiply-adds, `rounds` times each: 64 operations a round. */
export function multiplyAdds(rounds: i32): f32 {
  const factor = f32x4.splat(1.0000001);
  let a = f32x4.splat(1), b = f32x4.splat(2), c = f32x4.splat(3), d = f32x4.splat(4);
  let e = f32x4.splat(5), f = f32x4.splat(6), g = f32x4.splat(7), h = f32x4.splat(8);
  for (let i = 0; i < rounds; i++) {
    a = f32x4.relaxed_madd(a, factor, factor);
    b = f32x4.relaxed_madd(b, factor, factor);
    c = f32x4.relaxed_madd(c, factor, factor);
    d = f32x4.relaxed_madd(d, factor, factor);
    e = f32x4.relaxed_madd(e, factor, factor);
    f = f32x4.relaxed_madd(f, factor, factor);
    g = f32x4.relaxed_madd(g, factor, factor);
    h = f32x4.relaxed_madd(h, factor, factor);
  }
  const all = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(all, 0) + f32x4.extract_lane(all, 1) + f32x4.extract_lane(all, 2) + f32x4.extract_lane(all, 3);
}

/** Copies `bytes`, a multiple of 16, from one place of the memory to another. */
export function copy(from: usize, to: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}
