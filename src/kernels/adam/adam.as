// Adam over all parameters, with the penalty and decay of adam.wgsl on the first `kernels` values, and the gradient clipped to a length: the
// squares of each chunk are summed first, and every chunk of the update adds these sums up for itself. A chunk is some values, a multiple
// of 4; arrays are padded to one.
import { fma, firstOf } from '../simd';
import { Step } from '../random';

@unmanaged
export class AdamShape {
  step: usize;
  gradients: usize;
  weights: usize;
  first: usize;
  second: usize;
  /** The weights' moving average; 0 for none. */
  average: usize;
  /** Sum of squares of each chunk, 64-bit floats. */
  squares: usize;
  count: i32;
  kernels: i32;
  valuesPerChunk: i32;
  chunks: i32;
  /** Largest length of the gradient; 0 for any. */
  clip: f32;
  l2: f32;
  weightDecay: f32;
  beta1: f32;
  beta2: f32;
  /** 1 − β₁ and 1 − β₂: from β₂ in 32 bits the difference would be wrong in its fifth digit. */
  rest1: f32;
  rest2: f32;
  epsilon: f32;
}

export function squares(shape: AdamShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.valuesPerChunk, shape.count);
  const end = min(begin + shape.valuesPerChunk, shape.count);
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) {
    const g = <f64>load<f32>(shape.gradients + (<usize>i << 2));
    sum += g * g;
  }
  store<f64>(shape.squares + (<usize>chunk << 3), sum);
}

function factorOf(shape: AdamShape): f32 {
  if (shape.clip == 0) return 1;
  let sum: f64 = 0;
  for (let i = 0; i < shape.chunks; i++) sum += load<f64>(shape.squares + (<usize>i << 3));
  return <f32>min(1.0, <f64>shape.clip / max(Math.sqrt(sum), 1e-30));
}

export function adam(shape: AdamShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.valuesPerChunk, shape.count);
  const end = min(begin + shape.valuesPerChunk, shape.count);
  const step = changetype<Step>(shape.step);
  const factor = f32x4.splat(factorOf(shape));
  const beta1 = f32x4.splat(shape.beta1);
  const beta2 = f32x4.splat(shape.beta2);
  const rest1 = f32x4.splat(shape.rest1);
  const rest2 = f32x4.splat(shape.rest2);
  const rate = f32x4.splat(step.learningRate * step.firstCorrection);
  const correction = f32x4.splat(step.secondCorrection);
  const epsilon = f32x4.splat(shape.epsilon);
  const penalty = f32x4.splat(2 * shape.l2);
  const decay = f32x4.splat(step.learningRate * shape.weightDecay);
  const keep = f32x4.splat(step.averageKeep);
  const renew = f32x4.splat(1 - step.averageKeep);
  const kernels = i32x4.splat(shape.kernels);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const isKernel = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), kernels);
    const w = v128.load(shape.weights + at);
    const bound = v128.and(w, isKernel);
    const g = fma(penalty, bound, f32x4.mul(v128.load(shape.gradients + at), factor));
    const m = fma(beta1, v128.load(shape.first + at), f32x4.mul(rest1, g));
    const v = fma(beta2, v128.load(shape.second + at), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(shape.first + at, m);
    v128.store(shape.second + at, v);
    const change = f32x4.div(f32x4.mul(rate, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon));
    const updated = f32x4.sub(f32x4.sub(w, change), f32x4.mul(decay, bound));
    v128.store(shape.weights + at, updated);
    if (shape.average)
      v128.store(
        shape.average + at,
        fma(keep, v128.load(shape.average + at), f32x4.mul(renew, updated)),
      );
  }
}
