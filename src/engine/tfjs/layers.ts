/**
 * The layers that tfjs does not have, or has with a wrong gradient. Registered for serialization: a saved model opens
 * wherever these classes (or those of formats/tfjs-model-layers.mjs) are registered.
 */
import * as tf from '@tensorflow/tfjs';
import { hash } from '../../random/pcg.ts';
import { counterDropout } from './dropout-kernel.ts';
import { instanceNorm, upsample } from './operations.ts';

type CallKwargs = Parameters<tf.layers.Layer['call']>[1];
type LayerArgs = ConstructorParameters<typeof tf.layers.Layer>[0];

function single<T>(value: T | T[]): T {
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined) throw new Error('a layer was called without an input');
  return first;
}

/** Over height and width of each image and channel, with gamma and beta [C]. */
export class InstanceNorm extends tf.layers.Layer {
  static readonly className = 'InstanceNorm';
  #gamma: tf.LayerVariable | null = null;
  #beta: tf.LayerVariable | null = null;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = inputShape as tf.Shape;
    const channels = shape[shape.length - 1] ?? null;
    this.#gamma = this.addWeight('gamma', [channels], 'float32', tf.initializers.ones());
    this.#beta = this.addWeight('beta', [channels], 'float32', tf.initializers.zeros());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    if (!this.#gamma || !this.#beta) throw new Error(`${this.name} is called before it is built`);
    const [gamma, beta] = [this.#gamma.read(), this.#beta.read()];
    return instanceNorm(single(inputs) as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}

/** What decides the masks of the step that is being computed; the engine sets it before each step. */
export const dropoutCounter = { active: false, seed: 0, step: 0 };

type DropoutArgs = NonNullable<LayerArgs> & { rate: number; stream: number };

/** Inverted dropout by random/pcg.ts's counter; the identity outside training. */
export class CounterDropout extends tf.layers.Layer {
  static readonly className = 'CounterDropout';
  readonly #rate: number;
  readonly #stream: number;

  constructor(args: DropoutArgs) {
    super(args);
    this.#rate = args.rate;
    this.#stream = args.stream;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallKwargs): tf.Tensor {
    const input = single(inputs);
    const { active, seed, step } = dropoutCounter;
    if (!kwargs?.training || !active || this.#rate === 0) return tf.clone(input);
    return counterDropout(input, hash(seed, step, this.#stream), this.#rate);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, stream: this.#stream };
  }
}

/** tfjs's own nearest upsampling with a right gradient; in a saved model it is written as tfjs's own. */
export class NearestUpsampling extends tf.layers.Layer {
  static readonly className = 'UpSampling2D';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return upsample(single(inputs) as tf.Tensor4D);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, height, width, channels = null] = inputShape as tf.Shape;
    return [batch, twice(height), twice(width), channels];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: [2, 2], dataFormat: 'channelsLast', interpolation: 'nearest' };
  }
}

function twice(side: number | null | undefined): number | null {
  return side == null ? null : side * 2;
}

tf.serialization.registerClass(InstanceNorm);
tf.serialization.registerClass(CounterDropout);
