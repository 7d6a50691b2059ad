/**
 * A model as an ONNX file: the network with standard operators alone, and back. Its sides are free (any batch, any side that its halvings
 * allow) or fixed to one image of the model's own size, which some programs need: OpenCV 4.14 follows no free sides through a Resize.
 * Input `image` [batch, 3, height, width], RGB from 0 to 1; output `probability` [batch, 1, height, width] of the lesion.
 * Dropout is left out, as it is when masks are made.
 */
import { type Layer, type Network, NORM_EPSILON } from '../../network/graph.ts';
import { AppError } from '../../protocol/errors.ts';
import { describeMetadata, networkOf, type PortableModel, parseMetadata, toPortable } from '../tfjs-model.ts';
import { fromTorchTensors, type NamedTensor, toTorchTensors } from '../torch-tensors.ts';
import { type Attribute, decodeModel, encodeModel, FLOAT, type OnnxNode, type OnnxTensor } from './schema.ts';

const OPSET = 17;
export const INPUT = 'image';
export const OUTPUT = 'probability';
const METADATA_KEY = 'lesion_studio';
const SCALES = 'upsample_scales';
/** Of batch, channels, height and width. */
const UPSAMPLING = new Float32Array([1, 1, 2, 2]);

export function packOnnx(
  model: PortableModel,
  sides: 'free' | 'fixed' = 'free',
  created = new Date(),
): Uint8Array<ArrayBuffer> {
  const network = networkOf(model.info);
  const { size } = model.info;
  const scales = { name: SCALES, shape: [4], type: FLOAT, raw: littleEndian(UPSAMPLING) };
  const shape = (channels: number) =>
    sides === 'free' ? ['batch', channels, 'height', 'width'] : [1, channels, size, size];
  return encodeModel({
    producer: 'Lesion Studio',
    opset: OPSET,
    graphName: network.arch,
    nodes: graphNodes(network),
    initializers: [
      ...toTorchTensors(network, model.weights).map(({ name, shape, values }) => ({
        ...{ name, shape, type: FLOAT },
        raw: littleEndian(values),
      })),
      scales,
    ],
    inputs: [{ name: INPUT, shape: shape(3) }],
    outputs: [{ name: OUTPUT, shape: shape(1) }],
    metadata: { [METADATA_KEY]: JSON.stringify(describeMetadata(model, created)) },
  });
}

/**
 * A model from a file that `packOnnx` wrote. Another graph is refused, however alike: its masks would not be the ones it gives elsewhere.
 * Throws AppError 'not-a-model', 'other-network' or 'cut-short'.
 */
export function unpackOnnx(bytes: Uint8Array, file: string): PortableModel {
  const model = attempt(bytes, file);
  const text = model.metadata[METADATA_KEY];
  if (text === undefined) throw refuse(file, 'it was not exported from this page');
  const metadata = parseMetadata(parseJson(text), file);
  const network = networkOf(metadata);
  const wanted = graphNodes(network);
  const unlike = wanted.findIndex((node, i) => !sameNode(node, model.nodes[i]));
  if (unlike >= 0 || model.nodes.length !== wanted.length)
    throw refuse(
      file,
      `its operator ${(unlike < 0 ? wanted.length : unlike) + 1} is not the one that the ${network.title} has there`,
    );
  const all = model.initializers.map(tensor => toTensor(tensor, file));
  const tensors = all.filter(({ name }) => name !== SCALES);
  const scales = all.filter(({ name }) => name === SCALES).map(({ values }) => values.join());
  if (scales.join(';') !== UPSAMPLING.join()) throw refuse(file, `it enlarges by other factors than ${UPSAMPLING[3]}`);
  return toPortable(metadata, fromTorchTensors(network, tensors, file));
}

/** The graph in topological order. */
export function graphNodes(network: Network): OnnxNode[] {
  // Layers that compute nothing here stand for what they read.
  const values = new Map<string, string>();
  const last = network.layers.at(-1)?.name;
  const nodes: OnnxNode[] = [];
  for (const layer of network.layers) {
    const inputs = layer.inputs.map(name => values.get(name) ?? name);
    const [first = ''] = inputs;
    if (layer.operation.kind === 'input') values.set(layer.name, INPUT);
    else if (layer.operation.kind === 'dropout') values.set(layer.name, first);
    else {
      nodes.push({ name: layer.name, outputs: [layer.name], ...operator(layer, inputs) });
      values.set(layer.name, layer.name);
    }
  }
  const node = (operator: string, inputs: string[], name: string): OnnxNode => ({
    ...{ name, operator, inputs, outputs: [name], attributes: {} },
  });
  if (!network.outputs) return [...nodes, node('Sigmoid', [values.get(last ?? '') ?? INPUT], OUTPUT)];
  const each = network.outputs.map(logits => node('Sigmoid', [values.get(logits) ?? logits], `${logits}_${OUTPUT}`));
  return [
    ...nodes,
    ...each,
    node(
      'Mean',
      each.map(({ name }) => name),
      OUTPUT,
    ),
  ];
}

function operator(
  { name, operation }: Layer,
  inputs: readonly string[],
): Pick<OnnxNode, 'operator' | 'inputs' | 'attributes'> {
  const make = (operator: string, attributes: Record<string, Attribute> = {}, more: string[] = []) => ({
    operator,
    inputs: [...inputs, ...more],
    attributes,
  });
  switch (operation.kind) {
    case 'conv': {
      const { kernel, stride, bias } = operation;
      // TensorFlow's `same`: at stride 2 on an even side nothing before and one row or column after.
      const before = kernel === 3 && stride === 1 ? 1 : 0;
      const after = kernel === 3 ? 1 : 0;
      const attributes = {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [before, before, after, after],
      };
      return make('Conv', attributes, bias ? [`${name}.weight`, `${name}.bias`] : [`${name}.weight`]);
    }
    case 'instanceNorm':
      return make('InstanceNormalization', { epsilon: { float: NORM_EPSILON } }, [`${name}.weight`, `${name}.bias`]);
    case 'leakyRelu':
      return operation.slope === 0 ? make('Relu') : make('LeakyRelu', { alpha: { float: operation.slope } });
    case 'add':
      return make('Add');
    case 'concat':
      return make('Concat', { axis: 1 });
    case 'upsample':
      return make(
        'Resize',
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
        // No region of interest.
        ['', SCALES],
      );
    case 'maxPool':
      return make('MaxPool', { kernel_shape: [2, 2], strides: [2, 2] });
    case 'input':
    case 'dropout':
      throw new Error(`${operation.kind} computes nothing here`);
    default:
      throw operation satisfies never;
  }
}

function sameNode(a: OnnxNode, b: OnnxNode | undefined): boolean {
  return b !== undefined && asText(a) === asText(b);
}

function asText({ operator, inputs, outputs, attributes }: OnnxNode): string {
  const sorted = Object.entries(attributes)
    .map(([key, value]) => [key, typeof value === 'object' && 'float' in value ? Math.fround(value.float) : value])
    .sort();
  return JSON.stringify([operator, inputs, outputs, sorted]);
}

function attempt(bytes: Uint8Array, file: string): ReturnType<typeof decodeModel> {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    throw new AppError(
      'cut-short',
      `${file} is no ONNX file, or is damaged or cut short`,
      'choose a file that was exported from this page, or export or copy it again',
      { cause },
    );
  }
}

function toTensor({ name, shape, type, raw }: OnnxTensor, file: string): NamedTensor {
  const count = shape.reduce((product, side) => product * side, 1);
  if (type !== FLOAT) throw refuse(file, `${name} does not hold 32-bit floats`);
  if (raw.length !== 4 * count)
    throw new AppError(
      'cut-short',
      `${file} is damaged or cut short: ${name} has ${raw.length} bytes and needs ${4 * count}`,
      'export or copy the model again',
    );
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return { name, shape, values: Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true)) };
}

function littleEndian(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(file: string, why: string): AppError {
  return new AppError(
    'other-network',
    `${file} holds no network of this page: ${why}`,
    'choose a model that was exported from this page',
  );
}
