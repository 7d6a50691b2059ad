/**
 * A network is data: a list of named layers, each with its operation and the names of the layers it reads. Parameter
 * counts, shapes, the page's summary, the tfjs model and the compiled plan are all derived from this one description.
 *
 * Owns: the vocabulary of layers and what follows from a description alone. Must not know: engines, weights' values,
 * batches, the DOM. Tensors are NHWC: [batch, height, width, channels].
 */

export type Operation =
  /** The batch's images, float in 0..1. [B,S,S,channels]. */
  | { readonly kind: 'input'; readonly channels: number }
  /**
   * Convolution with `same` padding as TensorFlow counts it: at stride 2 on an even side nothing is padded before and one
   * row or column after (3×3). Kernel [kernel,kernel,in,filters], bias [filters] if `bias`.
   */
  | {
      readonly kind: 'conv';
      readonly kernel: 1 | 3;
      readonly stride: 1 | 2;
      readonly filters: number;
      readonly bias: boolean;
    }
  /** Per image and channel over height × width, biased variance, epsilon 1e-5, with gamma and beta [channels]. */
  | { readonly kind: 'instanceNorm' }
  /** max(x, slope·x); slope 0 is the plain rectifier. */
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  /** Inverted dropout per element, only in training; `stream` numbers the dropout layers from 0 (see random/pcg.ts). */
  | { readonly kind: 'dropout'; readonly rate: number; readonly stream: number }
  /** Sum of two equal shapes. */
  | { readonly kind: 'add' }
  /** Along channels, in the order of `inputs`. */
  | { readonly kind: 'concat' }
  /** Nearest neighbour, twice the height and width. */
  | { readonly kind: 'upsample' }
  /** 2×2 maximum, stride 2; where values tie the first in row order takes the gradient. */
  | { readonly kind: 'maxPool' };

export interface Layer {
  readonly name: string;
  readonly operation: Operation;
  /** Names of earlier layers: none for input, two for add and concat, else one. */
  readonly inputs: readonly string[];
}

/** A description as its own file gives it; the catalogue adds the name. */
export interface Topology {
  /** In topological order; the last layer is the output: logits [B,S,S,1], before the sigmoid. */
  readonly layers: readonly Layer[];
  /** The image side must be a multiple of this (2 to the number of halvings). */
  readonly sizeMultiple: number;
  /** The layer whose output, the last on the deepest level before any norm, tells of the whole image; its channels' means are the features. */
  readonly bottleneck: string;
}

export interface Network extends Topology {
  /** Its name in the catalogue. */
  readonly arch: string;
  /** Title for people. */
  readonly title: string;
  /** Of an ensemble: the layers with each network's logits, whose probabilities are averaged (ensemble.ts). Otherwise it is the last layer. */
  readonly outputs?: readonly string[];
}

export type ParameterRole = 'kernel' | 'bias' | 'gamma' | 'beta';

export interface Parameter {
  /** `layer/role`, unique in the network. */
  readonly name: string;
  readonly layer: string;
  readonly role: ParameterRole;
  readonly shape: readonly number[];
  /** Number of values. */
  readonly count: number;
}

export interface Shape {
  readonly size: number;
  readonly channels: number;
}

/** Instance norm's epsilon, added to the variance. */
export const NORM_EPSILON = 1e-5;

/** Height (= width) and channels of every layer's output for an image side in pixels. Throws if the side does not fit. */
export function shapes(network: Network, size: number): Map<string, Shape> {
  if (!Number.isInteger(size) || size <= 0 || size % network.sizeMultiple !== 0)
    throw new RangeError(`image size ${size} is not a multiple of ${network.sizeMultiple}`);
  const result = new Map<string, Shape>();
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(name => {
      const shape = result.get(name);
      if (!shape) throw new Error(`${layer.name} reads ${name}, which is not an earlier layer`);
      return shape;
    });
    result.set(layer.name, outputShape(layer, inputs, size));
  }
  return result;
}

function outputShape(layer: Layer, inputs: readonly Shape[], imageSize: number): Shape {
  const operation = layer.operation;
  const expected = operation.kind === 'input' ? 0 : operation.kind === 'add' || operation.kind === 'concat' ? 2 : 1;
  if (inputs.length !== expected) throw new Error(`${layer.name} needs ${expected} inputs and has ${inputs.length}`);
  const first = inputs[0] ?? { size: imageSize, channels: 0 };
  switch (operation.kind) {
    case 'input':
      return { size: imageSize, channels: operation.channels };
    case 'conv':
      return { size: Math.ceil(first.size / operation.stride), channels: operation.filters };
    case 'instanceNorm':
    case 'leakyRelu':
    case 'dropout':
      return first;
    case 'add':
    case 'concat': {
      const second = inputs[1] ?? first;
      if (first.size !== second.size) throw new Error(`${layer.name} joins sides ${first.size} and ${second.size}`);
      if (operation.kind === 'concat') return { size: first.size, channels: first.channels + second.channels };
      if (first.channels !== second.channels)
        throw new Error(`${layer.name} adds ${first.channels} and ${second.channels} channels`);
      return first;
    }
    case 'upsample':
      return { size: first.size * 2, channels: first.channels };
    case 'maxPool':
      return { size: first.size / 2, channels: first.channels };
    default:
      throw operation satisfies never;
  }
}

/** Every trained tensor, in the order in which all engines and file formats list them. */
export function parameters(network: Network): Parameter[] {
  const channels = shapes(network, network.sizeMultiple);
  return network.layers.flatMap(layer => {
    const out = channels.get(layer.name)!.channels;
    const make = (role: ParameterRole, shape: number[]): Parameter => ({
      name: `${layer.name}/${role}`,
      layer: layer.name,
      role,
      shape,
      count: shape.reduce((product, n) => product * n, 1),
    });
    const operation = layer.operation;
    if (operation.kind === 'conv') {
      const into = channels.get(layer.inputs[0]!)!.channels;
      const kernel = make('kernel', [operation.kernel, operation.kernel, into, operation.filters]);
      return operation.bias ? [kernel, make('bias', [out])] : [kernel];
    }
    if (operation.kind === 'instanceNorm') return [make('gamma', [out]), make('beta', [out])];
    return [];
  });
}

/** Features of an image: the channels of the bottleneck. */
export function featureCount(network: Network): number {
  return shapes(network, network.sizeMultiple).get(network.bottleneck)!.channels;
}

export function parameterCount(network: Network): number {
  return parameters(network).reduce((sum, parameter) => sum + parameter.count, 0);
}
