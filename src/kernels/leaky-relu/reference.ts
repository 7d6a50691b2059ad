/** Leaky ReLU in double precision, elementwise: x where x > 0, else slope·x. */

export function leakyRelu(input: Float64Array, slope: number): Float64Array {
  return input.map(x => (x > 0 ? x : slope * x));
}

export function leakyReluGradient(input: Float64Array, slope: number, gradient: Float64Array): Float64Array {
  return gradient.map((g, i) => (input[i]! > 0 ? g : slope * g));
}
