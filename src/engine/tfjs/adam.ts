/** Adam (Kingma and Ba 2015, algorithm 1), with what goes about it, its state in tensors that can be read and written. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterRole } from '../../network/graph.ts';
import { ADAM, averageKeep, type OptimizerSettings } from '../engine.ts';

export class Adam {
  /** Moments by parameter name. */
  readonly first: ReadonlyMap<string, tf.Variable>;
  readonly second: ReadonlyMap<string, tf.Variable>;
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  readonly #settings: OptimizerSettings;
  /** The weights' moving average; empty where none is wanted. */
  readonly average: ReadonlyMap<string, tf.Variable>;
  /** Updates made. */
  step = 0;

  /** The penalty's gradient 2λw is added here. */
  constructor(weights: ReadonlyMap<string, tf.Variable>, settings: OptimizerSettings) {
    this.#weights = weights;
    this.#settings = settings;
    const zeros = () =>
      new Map([...weights].map(([name, weight]) => [name, tf.tidy(() => tf.variable(tf.zeros(weight.shape), false))]));
    this.first = zeros();
    this.second = zeros();
    this.average = settings.average ? zeros() : new Map();
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
      const { l2, weightDecay = 0, clip = 0, average: share = 0 } = this.#settings;
      const penalty = tf.scalar(2 * l2);
      const lost = tf.scalar(learningRate * weightDecay);
      const kept = averageKeep(share, step);
      const [keep, take] = [tf.scalar(kept), tf.scalar(1 - kept)];
      const factor = clip > 0 ? clipFactor(Object.values(gradients), clip) : null;
      for (const [name, weight] of this.#weights) {
        const gradient = gradients[weight.name];
        const first = this.first.get(name);
        const second = this.second.get(name);
        if (!gradient || !first || !second || !keep1 || !take1 || !keep2 || !take2)
          throw new Error(`${name} has no gradient`);
        tf.tidy(() => {
          const clipped = factor ? tf.mul(gradient, factor) : gradient;
          const penalized = l2 > 0 && isKernel(name) ? tf.add(clipped, tf.mul(weight, penalty)) : clipped;
          first.assign(tf.add(tf.mul(first, keep1), tf.mul(penalized, take1)));
          second.assign(tf.add(tf.mul(second, keep2), tf.mul(tf.square(penalized), take2)));
          const deviation = tf.add(tf.sqrt(tf.mul(second, correction)), small);
          const moved = tf.sub(weight, tf.div(tf.mul(first, rate), deviation));
          weight.assign(weightDecay > 0 && isKernel(name) ? tf.sub(moved, tf.mul(weight, lost)) : moved);
          const average = this.average.get(name);
          average?.assign(tf.add(tf.mul(average, keep), tf.mul(weight, take)));
        });
      }
    });
    this.step = step;
  }

  dispose(): void {
    for (const moments of [this.first, this.second, this.average])
      for (const moment of moments.values()) moment.dispose();
  }
}

/** What brings the length of all gradients together down to `clip`; 1 for a shorter one. */
function clipFactor(gradients: readonly tf.Tensor[], clip: number): tf.Tensor {
  const squares = gradients.map(gradient => tf.sum(tf.square(gradient)));
  return tf.minimum(1, tf.div(clip, tf.maximum(tf.sqrt(tf.addN(squares)), 1e-30)));
}

function isKernel(name: string): boolean {
  const role: ParameterRole = 'kernel';
  return name.endsWith(`/${role}`);
}
