/**
 * The network in stock tfjs operations on tfjs's own backend (WebGPU on its own device, or plain JavaScript), as a reader of its
 * documentation would write it: no kernel and no gradient of this project's.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { ADAM, DICE_SMOOTH } from '../../src/engine/engine.ts';
import { type Layer, NORM_EPSILON, parameters } from '../../src/network/graph.ts';
import type { Problem, Side } from './side.ts';

type Variables = ReadonlyMap<string, tf.Variable>;

function get<V>(map: ReadonlyMap<string, V>, name: string): V {
  const value = map.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}

function apply({ name, operation }: Layer, inputs: tf.Tensor4D[], variables: Variables): tf.Tensor4D {
  const [input, second] = inputs;
  if (!input) throw new Error(`${name} has no input`);
  switch (operation.kind) {
    case 'input':
    case 'dropout':
      return input;
    case 'conv': {
      const kernel = get(variables, `${name}/kernel`) as tf.Tensor4D;
      const output = tf.conv2d(input, kernel, operation.stride, 'same');
      return operation.bias ? tf.add(output, get(variables, `${name}/bias`)) : output;
    }
    case 'instanceNorm': {
      const { mean, variance } = tf.moments(input, [1, 2], true);
      const normalized = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, NORM_EPSILON)));
      return tf.add(tf.mul(normalized, get(variables, `${name}/gamma`)), get(variables, `${name}/beta`));
    }
    case 'leakyRelu':
      return operation.slope === 0 ? tf.relu(input) : tf.leakyRelu(input, operation.slope);
    case 'add':
      return tf.add(input, second ?? input);
    case 'concat':
      return tf.concat(inputs, 3);
    case 'upsample': {
      const [, height, width] = input.shape;
      return tf.image.resizeNearestNeighbor(input, [height * 2, width * 2]);
    }
    case 'maxPool':
      return tf.maxPool(input, 2, 2, 'same');
    default:
      throw operation satisfies never;
  }
}

function lossOf(logits: tf.Tensor, masks: tf.Tensor2D): tf.Scalar {
  const probabilities = tf.sigmoid(tf.reshape(logits, masks.shape));
  const overlap = tf.sum(tf.mul(probabilities, masks), 1);
  const both = tf.add(tf.sum(probabilities, 1), tf.sum(masks, 1));
  const dice = tf.div(tf.add(tf.mul(overlap, 2), DICE_SMOOTH), tf.add(both, DICE_SMOOTH));
  return tf.sub(1, tf.mean(dice));
}

/** tfjs's variables have names that are one page's. */
let opened = 0;

export async function openStock(problem: Problem, backend: 'webgpu' | 'cpu' = 'webgpu'): Promise<Side> {
  const { network, size, batch, weights, learningRate } = problem;
  let { data } = problem;
  // The backend is one for the whole page, and another side may have set its own since.
  const begin = async () => {
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs's backend ${backend} does not start`);
  };
  await begin();
  const scope = `side ${++opened}`;
  const variables: Variables = new Map(
    parameters(network).map(({ name, shape }) => [
      name,
      tf.variable(tf.tensor(get(weights, name).slice(), [...shape]), true, `${scope}/${name}`),
    ]),
  );
  const newAdam = () => tf.train.adam(learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  let adam = newAdam();
  const forward = (images: tf.Tensor4D): tf.Tensor4D => {
    const outputs = new Map<string, tf.Tensor4D>();
    let last = images;
    for (const layer of network.layers) {
      const inputs = layer.operation.kind === 'input' ? [images] : layer.inputs.map(name => get(outputs, name));
      last = apply(layer, inputs, variables);
      outputs.set(layer.name, last);
    }
    return last;
  };
  return {
    async step() {
      await begin();
      const cost = tf.tidy(() => {
        const bytes = tf.tensor4d(data.images, [batch, size, size, 3], 'int32');
        const images: tf.Tensor4D = tf.div(tf.cast(bytes, 'float32'), 255);
        const masks = tf.cast(tf.tensor2d(data.masks, [batch, size * size], 'int32'), 'float32');
        const loss = adam.minimize(() => lossOf(forward(images), masks), true, [...variables.values()]);
        if (!loss) throw new Error('tfjs returned no loss');
        return loss;
      });
      const [loss = Number.NaN] = await cost.data();
      cost.dispose();
      return loss;
    },
    async firstMoments() {
      await begin();
      const moments = new Map((await adam.getWeights()).map(({ name, tensor }) => [name, tensor]));
      const read = [...variables.keys()].map(
        async name => [name, Float32Array.from(await get(moments, `${scope}/${name}/m`).data())] as const,
      );
      return new Map(await Promise.all(read));
    },
    async reset(values, batch) {
      await begin();
      for (const [name, variable] of variables)
        tf.tidy(() => variable.assign(tf.tensor(get(values, name).slice(), variable.shape)));
      adam.dispose();
      adam = newAdam();
      data = batch;
    },
    dispose() {
      adam.dispose();
      for (const variable of variables.values()) variable.dispose();
    },
  };
}
