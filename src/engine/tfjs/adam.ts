/** Adam (Kingma and Ba 2015, algorithm 1) with its state in tensors that can be read and written. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterRole } from '../../network/graph.ts';
import { ADAM } from '../engine.ts';

export class Adam {
  /** Moments by parameter name. */
  readonly first: ReadonlyMap<string, tf.Variable>;
  readonly second: ReadonlyMap<string, tf.Variable>;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  readonly #l2: number;
  /** Updates made. */
  step = 0;

  /** `l2`: λ of λ·Σw² over kernels, whose gradient 2λw is added here. */
  constructor(weights: ReadonlyMap<string, tf.Variable>, l2: number) {
    this.#weights = weights;
    this.#l2 = l2;
    const zeros = () =>
      new Map([...weights].map(([name, weight]) => [name, tf.tidy(() => tf.variable(tf.zeros(weight.shape), false))]));
    this.first = zeros();
    this.second = zeros();
  }

  /** One update with gradients by variable name. `step` counts from 1. */
  update(gradients: tf.NamedTensorMap, learningRate: number, step: number): void {
    tf.tidy(() => {
      const { beta1, beta2, epsilon } = ADAM;
      // Scalars are tensors too: each is uploaded once, not once for every parameter.
      const [keep1, take1, keep2, take2] = [beta1, 1 - beta1, beta2, 1 - beta2].map(value => tf.scalar(value));
      const rate = tf.scalar(learningRate / (1 - beta1 ** step));
      const correction = tf.scalar(1 / (1 - beta2 ** step));
      const small = tf.scalar(epsilon);
      const penalty = tf.scalar(2 * this.#l2);
      for (const [name, weight] of this.#weights) {
        const gradient = gradients[weight.name];
        const first = this.first.get(name);
        const second = this.second.get(name);
        if (!gradient || !first || !second || !keep1 || !take1 || !keep2 || !take2)
          throw new Error(`${name} has no gradient`);
        tf.tidy(() => {
          const penalized = this.#l2 > 0 && isKernel(name) ? tf.add(gradient, tf.mul(weight, penalty)) : gradient;
          first.assign(tf.add(tf.mul(first, keep1), tf.mul(penalized, take1)));
          second.assign(tf.add(tf.mul(second, keep2), tf.mul(tf.square(penalized), take2)));
          const deviation = tf.add(tf.sqrt(tf.mul(second, correction)), small);
          weight.assign(tf.sub(weight, tf.div(tf.mul(first, rate), deviation)));
        });
      }
    });
    this.step = step;
  }

  dispose(): void {
    for (const moments of [this.first, this.second]) for (const moment of moments.values()) moment.dispose();
  }
}

function isKernel(name: string): boolean {
  const role: ParameterRole = 'kernel';
  return name.endsWith(`/${role}`);
}
