// The counter hash of random/pcg.ts (PCG as given by Jarzynski and Olano, JCGT 9(3), 2020), one number or four at a time.

/** What step numbers change: see step.ts. */
@unmanaged
export class Step {
  learningRate: f32;
  firstCorrection: f32;
  secondCorrection: f32;
  dropoutKey: u32;
  dropoutOn: u32;
  lossScale: f32;
  averageKeep: f32;
}

export function pcg(value: u32): u32 {
  const state = value * 747796405 + 2891336453;
  const word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737;
  return (word >> 22) ^ word;
}

@inline
function shiftedWhere(x: v128, by: i32, bits: v128, bit: i32): v128 {
  const mask = i32x4.splat(bit);
  return v128.bitselect(i32x4.shr_u(x, by), x, i32x4.eq(v128.and(bits, mask), mask));
}

/** Vectors have one shift for all lanes, so a lane's own shift of 4 to 19 is made of fixed ones. */
@inline
export function pcg4(value: v128): v128 {
  const state = i32x4.add(i32x4.mul(value, i32x4.splat(747796405)), i32x4.splat(<i32>2891336453));
  const by = i32x4.shr_u(state, 28);
  let shifted = i32x4.shr_u(state, 4);
  shifted = shiftedWhere(shifted, 1, by, 1);
  shifted = shiftedWhere(shifted, 2, by, 2);
  shifted = shiftedWhere(shifted, 4, by, 4);
  shifted = shiftedWhere(shifted, 8, by, 8);
  const word = i32x4.mul(v128.xor(shifted, state), i32x4.splat(277803737));
  return v128.xor(i32x4.shr_u(word, 22), word);
}

/** Inverted dropout's factors of elements index … index + 3 of an NHWC tensor: 0, or 1 / (1 − rate). `key` is pcg(stream + dropoutKey). */
@inline
export function dropoutFactors(key: u32, rate: f32, index: u32): v128 {
  const bits = pcg4(i32x4.add(i32x4.splat(index + key), i32x4(0, 1, 2, 3)));
  const unit = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(bits, 8)), f32x4.splat(1.0 / 16777216.0));
  return v128.and(f32x4.ge(unit, f32x4.splat(rate)), f32x4.splat(1 / (1 - rate)));
}
