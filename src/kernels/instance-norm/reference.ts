/** Instance norm in double precision. Arrays are [batch, pixels, channels]. */

export interface NormShape {
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
  readonly epsilon: number;
}

/** Mean and 1 / sqrt(biased variance + ε) of every image and channel, [batch, channels] each. */
function moments({ batch, pixels, channels, epsilon }: NormShape, input: Float64Array) {
  const mean = new Float64Array(batch * channels);
  const inverse = new Float64Array(batch * channels);
  for (let image = 0; image < batch; image++)
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += input[(image * pixels + p) * channels + c]!;
      const m = sum / pixels;
      let squares = 0;
      for (let p = 0; p < pixels; p++) squares += (input[(image * pixels + p) * channels + c]! - m) ** 2;
      mean[image * channels + c] = m;
      inverse[image * channels + c] = 1 / Math.sqrt(squares / pixels + epsilon);
    }
  return { mean, inverse };
}

/** γ·x̂ + β. */
export function instanceNorm(
  shape: NormShape,
  input: Float64Array,
  gamma: Float64Array,
  beta: Float64Array,
): Float64Array {
  const { mean, inverse } = moments(shape, input);
  const { pixels, channels } = shape;
  return input.map((value, i) => {
    const c = i % channels;
    const at = Math.floor(i / (pixels * channels)) * channels + c;
    return gamma[c]! * (value - mean[at]!) * inverse[at]! + beta[c]!;
  });
}

/** Gradients by input, γ and β. */
export function instanceNormGradient(
  shape: NormShape,
  input: Float64Array,
  gamma: Float64Array,
  gradient: Float64Array,
): { input: Float64Array; gamma: Float64Array; beta: Float64Array } {
  const { mean, inverse } = moments(shape, input);
  const { batch, pixels, channels } = shape;
  const result = new Float64Array(input.length);
  const gammaGradient = new Float64Array(channels);
  const betaGradient = new Float64Array(channels);
  for (let image = 0; image < batch; image++)
    for (let c = 0; c < channels; c++) {
      const at = image * channels + c;
      const normal = (i: number) => (input[i]! - mean[at]!) * inverse[at]!;
      let sum = 0;
      let product = 0;
      for (let p = 0; p < pixels; p++) {
        const i = (image * pixels + p) * channels + c;
        sum += gradient[i]!;
        product += gradient[i]! * normal(i);
      }
      gammaGradient[c]! += product;
      betaGradient[c]! += sum;
      for (let p = 0; p < pixels; p++) {
        const i = (image * pixels + p) * channels + c;
        result[i] = gamma[c]! * inverse[at]! * (gradient[i]! - sum / pixels - (normal(i) * product) / pixels);
      }
    }
  return { input: result, gamma: gammaGradient, beta: betaGradient };
}
