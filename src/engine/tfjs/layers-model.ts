/** From a network's description to tfjs layers, name by name. */
import * as tf from '@tensorflow/tfjs';
import { type Layer, type Network, type Parameter, parameters, shapes } from '../../network/graph.ts';
import { CounterDropout, InstanceNorm, NearestUpsampling } from './layers.ts';

/** Name of the last layer, the sigmoid. */
const OUTPUT = 'probability';

export interface LayersNetwork {
  /** Images [B,S,S,3] in 0..1 → lesion probabilities [B,S,S,1]. */
  readonly model: tf.LayersModel;
  /** The same layers up to the logits [B,S,S,1]; of an ensemble, its last network's. */
  readonly logits: tf.LayersModel;
  /** The same layers to two outputs: probabilities, and the features [B, features]. */
  readonly withFeatures: tf.LayersModel;
  /** By parameter name, in the order of `parameters(network)`. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  dispose(): void;
}

/** Built on the current backend; kernels are zero until they are written. Throws if `size` does not fit the network. */
export function buildLayersNetwork(network: Network, size: number): LayersNetwork {
  shapes(network, size);
  const outputs = new Map<string, tf.SymbolicTensor>();
  const layers = new Map<string, tf.layers.Layer>();
  let input: tf.SymbolicTensor | undefined;
  let last: tf.SymbolicTensor | undefined;
  for (const description of network.layers) {
    if (description.operation.kind === 'input') {
      input = tf.input({ shape: [size, size, description.operation.channels], name: description.name });
      last = input;
    } else {
      const layer = makeLayer(description);
      const inputs = description.inputs.map(name => found(outputs.get(name), name));
      last = layer.apply(inputs.length === 1 ? found(inputs[0], description.name) : inputs) as tf.SymbolicTensor;
      layers.set(description.name, layer);
    }
    outputs.set(description.name, last);
  }
  const logitsOutput = found(last, 'the output');
  const inputs = found(input, 'the input');
  const sigmoid = (of: tf.SymbolicTensor, name: string) =>
    tf.layers.activation({ activation: 'sigmoid', name }).apply(of) as tf.SymbolicTensor;
  const probability = network.outputs
    ? (tf.layers
        .average({ name: OUTPUT })
        .apply(
          network.outputs.map(name => sigmoid(found(outputs.get(name), name), `${name}_${OUTPUT}`)),
        ) as tf.SymbolicTensor)
    : sigmoid(logitsOutput, OUTPUT);
  const model = tf.model({ inputs, outputs: probability, name: network.arch });
  const logits = tf.model({ inputs, outputs: logitsOutput, name: `${network.arch}-logits` });
  const means = tf.layers.globalAveragePooling2d({ name: 'features' });
  const features = means.apply(found(outputs.get(network.bottleneck), network.bottleneck)) as tf.SymbolicTensor;
  const withFeatures = tf.model({ inputs, outputs: [probability, features], name: `${network.arch}-features` });
  const variables = new Map(
    parameters(network).map(parameter => [
      parameter.name,
      variableOf(found(layers.get(parameter.layer), parameter.layer), parameter),
    ]),
  );
  return {
    model,
    logits,
    withFeatures,
    variables,
    dispose: () => {
      for (const variable of variables.values()) variable.dispose();
    },
  };
}

function makeLayer({ name, operation }: Layer): tf.layers.Layer {
  switch (operation.kind) {
    case 'conv':
      return tf.layers.conv2d({
        name,
        kernelSize: operation.kernel,
        strides: operation.stride,
        filters: operation.filters,
        useBias: operation.bias,
        padding: 'same',
        // Weights are always written by the engine's user: drawing them here would be thrown away.
        kernelInitializer: 'zeros',
      });
    case 'instanceNorm':
      return new InstanceNorm({ name });
    case 'leakyRelu':
      return operation.slope === 0 ? tf.layers.reLU({ name }) : tf.layers.leakyReLU({ name, alpha: operation.slope });
    case 'dropout':
      return new CounterDropout({ name, rate: operation.rate, stream: operation.stream });
    case 'add':
      return tf.layers.add({ name });
    case 'concat':
      return tf.layers.concatenate({ name, axis: -1 });
    case 'upsample':
      return new NearestUpsampling({ name });
    case 'maxPool':
      return tf.layers.maxPooling2d({ name, poolSize: 2, strides: 2, padding: 'valid' });
    case 'input':
      throw new Error('the input is no layer to be made');
    default:
      throw operation satisfies never;
  }
}

function variableOf(layer: tf.layers.Layer, { name, shape }: Parameter): tf.Variable {
  const weight = layer.trainableWeights.find(candidate => candidate.originalName === name);
  const variable = found(weight, name).read() as tf.Variable;
  if (variable.shape.join() !== shape.join())
    throw new Error(`${name} is [${variable.shape}] in tfjs and [${shape}] in the network`);
  return variable;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the network has no ${name}`);
  return value;
}
