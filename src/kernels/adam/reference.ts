/** Adam as in Kingma and Ba 2015, in double precision and in place. `step` counts from 1. */
export function adam(
  weights: Float64Array,
  first: Float64Array,
  second: Float64Array,
  gradient: Float64Array,
  {
    learningRate,
    step,
    beta1,
    beta2,
    epsilon,
  }: Record<'learningRate' | 'step' | 'beta1' | 'beta2' | 'epsilon', number>,
): void {
  for (let i = 0; i < weights.length; i++) {
    const g = gradient[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
    const mean = first[i]! / (1 - beta1 ** step);
    const square = second[i]! / (1 - beta2 ** step);
    weights[i]! -= (learningRate * mean) / (Math.sqrt(square) + epsilon);
  }
}
