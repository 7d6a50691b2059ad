/**
 * A network's weights under the names and in the layouts that PyTorch uses, which ONNX shares: `LAYER.weight` and `LAYER.bias`,
 * kernels as [out, in, height, width]. Pure.
 */
import { type Network, type Parameter, parameters } from '../network/graph.ts';
import { AppError } from '../protocol/errors.ts';

type Weights = ReadonlyMap<string, Float32Array>;

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** An instance norm's gamma is its weight and its beta the bias, as in torch.nn.InstanceNorm2d(affine=True). */
const suffixes = { kernel: 'weight', bias: 'bias', gamma: 'weight', beta: 'bias' } as const;

export function torchName({ layer, role }: Pick<Parameter, 'layer' | 'role'>): string {
  return `${layer}.${suffixes[role]}`;
}

export function torchShape({ shape: [height = 1, width = 1, into = 1, out = 1], shape, role }: Parameter): number[] {
  return role === 'kernel' ? [out, into, height, width] : [...shape];
}

/** In the order of `parameters`. Throws RangeError where one is missing. */
export function toTorchTensors(network: Network, weights: Weights): NamedTensor[] {
  return parameters(network).map(parameter => {
    const values = weights.get(parameter.name);
    if (values?.length !== parameter.count)
      throw new RangeError(`${parameter.name} needs ${parameter.count} values and has ${values?.length ?? 'none'}`);
    return { name: torchName(parameter), shape: torchShape(parameter), values: move(parameter, values, 'to torch') };
  });
}

/**
 * The weights of `network` from tensors in any order. Throws AppError 'other-network' naming the first that is missing, of another
 * shape, twice there, or too many; 'not-a-model' for a value that is no number.
 */
export function fromTorchTensors(network: Network, tensors: readonly NamedTensor[], file: string): Weights {
  const given = new Map(tensors.map(tensor => [tensor.name, tensor]));
  const list = parameters(network);
  const twice = tensors.find(tensor => given.get(tensor.name) !== tensor);
  const refuse = (what: string) =>
    new AppError(
      'other-network',
      `${file} holds another network: ${what}`,
      'choose a model that was exported from this page',
    );
  if (twice) throw refuse(`${twice.name} is in it twice`);
  const weights = new Map(
    list.map(parameter => {
      const name = torchName(parameter);
      const wanted = torchShape(parameter).join(', ');
      const tensor = given.get(name);
      given.delete(name);
      if (!tensor) throw refuse(`${name} [${wanted}] of the ${network.title} is missing`);
      if (tensor.shape.join(', ') !== wanted)
        throw refuse(`${name} is [${tensor.shape.join(', ')}], and the ${network.title} needs [${wanted}]`);
      const bad = tensor.values.findIndex(value => !Number.isFinite(value));
      if (bad >= 0)
        throw new AppError(
          'not-a-model',
          `${file} holds ${tensor.values[bad]} where a number is needed (value ${bad + 1} of ${name})`,
          'the file is damaged, or its training failed: choose another model',
        );
      return [parameter.name, move(parameter, tensor.values, 'from torch')] as const;
    }),
  );
  const [extra] = given.keys();
  if (extra !== undefined) throw refuse(`the ${network.title} has no ${extra}`);
  return weights;
}

/** Kernels between [height, width, in, out] and [out, in, height, width]; all else is a copy. */
function move(
  { shape, role }: Parameter,
  values: Float32Array,
  way: 'to torch' | 'from torch',
): Float32Array<ArrayBuffer> {
  if (role !== 'kernel') return Float32Array.from(values);
  const [height = 1, width = 1, into = 1, out = 1] = shape;
  const area = height * width;
  const moved = new Float32Array(values.length);
  for (let tap = 0, ours = 0; tap < area; tap++)
    for (let i = 0; i < into; i++)
      for (let o = 0; o < out; o++, ours++) {
        const theirs = (o * into + i) * area + tap;
        if (way === 'to torch') moved[theirs] = values[ours] ?? 0;
        else moved[ours] = values[theirs] ?? 0;
      }
  return moved;
}
