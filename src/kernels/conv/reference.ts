/**
 * Convolution in double precision, as plain as can be: the truth that the shaders are held against. Arrays are NHWC
 * [batch, side, side, channels]; weights [kernel, kernel, inputs, outputs].
 */
import { outputSide, padBefore } from './geometry.ts';

export interface ConvShape {
  readonly batch: number;
  readonly inputSide: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
}

/** Calls `visit` for every pair of input and output pixel that a tap joins: places in pixels, and the tap's number. */
function forEachTap(shape: ConvShape, visit: (from: number, to: number, tap: number) => void): void {
  const { batch, inputSide, kernel, stride } = shape;
  const side = outputSide(shape);
  const pad = padBefore(shape);
  for (let image = 0; image < batch; image++)
    for (let y = 0; y < side; y++)
      for (let ky = 0; ky < kernel; ky++) {
        const row = y * stride - pad + ky;
        if (row < 0 || row >= inputSide) continue;
        for (let x = 0; x < side; x++)
          for (let kx = 0; kx < kernel; kx++) {
            const column = x * stride - pad + kx;
            if (column < 0 || column >= inputSide) continue;
            visit((image * inputSide + row) * inputSide + column, (image * side + y) * side + x, ky * kernel + kx);
          }
      }
}

export function conv(shape: ConvShape, input: Float64Array, weights: Float64Array, bias?: Float64Array): Float64Array {
  const { batch, inputs, outputs } = shape;
  const output = new Float64Array(batch * outputSide(shape) ** 2 * outputs);
  if (bias) for (let i = 0; i < output.length; i++) output[i] = bias[i % outputs]!;
  forEachTap(shape, (from, to, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = input[from * inputs + i]!;
      const row = (tap * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) output[to * outputs + o]! += value * weights[row + o]!;
    }
  });
  return output;
}

export function convInputGradient(shape: ConvShape, weights: Float64Array, gradient: Float64Array): Float64Array {
  const { batch, inputs, outputs, inputSide } = shape;
  const result = new Float64Array(batch * inputSide ** 2 * inputs);
  forEachTap(shape, (from, to, tap) => {
    for (let i = 0; i < inputs; i++) {
      const row = (tap * inputs + i) * outputs;
      let sum = 0;
      for (let o = 0; o < outputs; o++) sum += gradient[to * outputs + o]! * weights[row + o]!;
      result[from * inputs + i]! += sum;
    }
  });
  return result;
}

export function convFilterGradient(shape: ConvShape, input: Float64Array, gradient: Float64Array): Float64Array {
  const { inputs, outputs, kernel } = shape;
  const result = new Float64Array(kernel * kernel * inputs * outputs);
  forEachTap(shape, (from, to, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = input[from * inputs + i]!;
      const row = (tap * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) result[row + o]! += value * gradient[to * outputs + o]!;
    }
  });
  return result;
}

/** Gradient of a bias: the sum over all pixels, [channels]. */
export function biasGradient(gradient: Float64Array, channels: number): Float64Array {
  const result = new Float64Array(channels);
  for (let i = 0; i < gradient.length; i++) result[i % channels]! += gradient[i]!;
  return result;
}
