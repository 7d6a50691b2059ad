/**
 * One training step's loss and gradients in double precision, layer by layer from the network's description: the truth that
 * every engine is held against. Slow, plain, and for small sizes. Fuses nothing, so it shares no shortcut with an engine.
 */
import { biasGradient, conv, convFilterGradient, convInputGradient } from '../../kernels/conv/reference.ts';
import { instanceNorm, instanceNormGradient } from '../../kernels/instance-norm/reference.ts';
import { leakyRelu, leakyReluGradient } from '../../kernels/leaky-relu/reference.ts';
import { maxPool, maxPoolGradient } from '../../kernels/pooling/reference.ts';
import { segmentationLoss } from '../../kernels/segmentation/reference.ts';
import type { LossSettings } from '../../kernels/segmentation/terms.ts';
import { upsample, upsampleGradient } from '../../kernels/upsample/reference.ts';
import { type Layer, type Network, NORM_EPSILON, type Shape, shapes } from '../../network/graph.ts';
import { dropoutKeeps } from '../../random/pcg.ts';
import { type Batch, DICE_SMOOTH } from '../engine.ts';

export interface ReferenceSettings extends LossSettings {
  /** λ of the penalty λ·Σw² over kernels: adds 2λw to their gradients, nothing to the loss. */
  readonly l2: number;
  /** The step that decides dropout; undefined to leave dropout out. */
  readonly dropout?: { readonly seed: number; readonly step: number } | undefined;
}

export interface ReferenceResult {
  readonly loss: number;
  /** By parameter name, laid out as its shape. */
  readonly gradients: Map<string, Float64Array>;
  /** [batch, size, size]. */
  readonly probabilities: Float64Array;
  readonly dice: Float64Array;
  readonly accuracy: Float64Array;
  /** Every layer's output, NHWC. */
  readonly activations: Map<string, Float64Array>;
}

type Values = ReadonlyMap<string, Float32Array | Float64Array>;

interface Context {
  readonly network: Network;
  readonly batch: number;
  readonly shapes: Map<string, Shape>;
  readonly weights: Values;
  readonly settings: ReferenceSettings;
  readonly activations: Map<string, Float64Array>;
}

/** Throws if a parameter is missing or the batch's arrays do not fit `size`. */
export function referenceStep(
  network: Network,
  size: number,
  batch: Batch,
  weights: Values,
  settings: ReferenceSettings,
): ReferenceResult {
  const images = batch.images.length / (size * size * 3);
  if (!Number.isInteger(images) || batch.masks.length !== images * size * size)
    throw new RangeError('batch does not fit the size');
  const context: Context = {
    network,
    batch: images,
    shapes: shapes(network, size),
    weights,
    settings,
    activations: new Map(),
  };
  for (const layer of network.layers) context.activations.set(layer.name, forward(context, layer, batch));
  const output = network.layers.at(-1);
  if (!output) throw new Error('the network has no layers');
  const loss = segmentationLoss(images, value(context, output.name), batch.masks, {
    ...settings,
    smoothing: DICE_SMOOTH,
  });

  const flowing = new Map<string, Float64Array>([[output.name, loss.gradient]]);
  const gradients = new Map<string, Float64Array>();
  for (const layer of network.layers.toReversed()) {
    const gradient = flowing.get(layer.name);
    if (!gradient) throw new Error(`${layer.name} reaches no output`);
    flowing.delete(layer.name);
    backward(context, layer, gradient, gradients).forEach((part, i) => {
      const name = layer.inputs[i]!;
      const before = flowing.get(name);
      flowing.set(name, before ? before.map((v, j) => v + part[j]!) : part);
    });
  }
  return { ...loss, gradients, activations: context.activations };
}

function value({ activations }: Context, name: string): Float64Array {
  const found = activations.get(name);
  if (!found) throw new Error(`no activation ${name}`);
  return found;
}

function parameter({ weights }: Context, name: string): Float64Array {
  const found = weights.get(name);
  if (!found) throw new Error(`no parameter ${name}`);
  return Float64Array.from(found);
}

function shapeOf({ shapes }: Context, name: string): Shape {
  const found = shapes.get(name);
  if (!found) throw new Error(`no shape of ${name}`);
  return found;
}

function convShape(context: Context, layer: Layer & { operation: { kind: 'conv' } }) {
  const input = shapeOf(context, layer.inputs[0]!);
  const { kernel, stride, filters } = layer.operation;
  return { batch: context.batch, inputSide: input.size, inputs: input.channels, outputs: filters, kernel, stride };
}

function isKind<K extends Layer['operation']['kind']>(
  layer: Layer,
  kind: K,
): layer is Layer & { operation: Extract<Layer['operation'], { kind: K }> } {
  return layer.operation.kind === kind;
}

function normShape(context: Context, layer: Layer) {
  const { size, channels } = shapeOf(context, layer.name);
  return { batch: context.batch, pixels: size * size, channels, epsilon: NORM_EPSILON };
}

/** Dropout's factor of element i: 0 or 1 / (1 − rate). */
function dropoutFactor({ settings }: Context, stream: number, rate: number, i: number): number {
  if (!settings.dropout) return 1;
  const { seed, step } = settings.dropout;
  return dropoutKeeps(seed, step, stream, i, rate) ? 1 / (1 - rate) : 0;
}

function forward(context: Context, layer: Layer, batch: Batch): Float64Array {
  const operation = layer.operation;
  const inputs = layer.inputs.map(name => value(context, name));
  const input = inputs[0] ?? new Float64Array();
  const from = layer.inputs[0] ? shapeOf(context, layer.inputs[0]) : { size: 0, channels: 0 };
  switch (operation.kind) {
    case 'input':
      return Float64Array.from(batch.images, byte => byte / 255);
    case 'conv':
      if (!isKind(layer, 'conv')) throw new Error('unreachable');
      return conv(
        convShape(context, layer),
        input,
        parameter(context, `${layer.name}/kernel`),
        operation.bias ? parameter(context, `${layer.name}/bias`) : undefined,
      );
    case 'instanceNorm':
      return instanceNorm(
        normShape(context, layer),
        input,
        parameter(context, `${layer.name}/gamma`),
        parameter(context, `${layer.name}/beta`),
      );
    case 'leakyRelu':
      return leakyRelu(input, operation.slope);
    case 'dropout':
      return input.map((x, i) => x * dropoutFactor(context, operation.stream, operation.rate, i));
    case 'add':
      return input.map((x, i) => x + inputs[1]![i]!);
    case 'concat': {
      const widths = layer.inputs.map(name => shapeOf(context, name).channels);
      const total = widths.reduce((a, b) => a + b, 0);
      return new Float64Array((input.length / widths[0]!) * total).map((_, i) => {
        const pixel = Math.floor(i / total);
        const c = i % total;
        return c < widths[0]! ? input[pixel * widths[0]! + c]! : inputs[1]![pixel * widths[1]! + c - widths[0]!]!;
      });
    }
    case 'upsample':
      return upsample(context.batch, from.size, from.channels, input);
    case 'maxPool':
      return maxPool(context.batch, from.size, from.channels, input);
    default:
      throw operation satisfies never;
  }
}

/** Gradients by the layer's inputs, in their order; those by its parameters go to `gradients`. */
function backward(
  context: Context,
  layer: Layer,
  gradient: Float64Array,
  gradients: Map<string, Float64Array>,
): Float64Array[] {
  const operation = layer.operation;
  const input = layer.inputs[0] ? value(context, layer.inputs[0]) : new Float64Array();
  const from = layer.inputs[0] ? shapeOf(context, layer.inputs[0]) : { size: 0, channels: 0 };
  switch (operation.kind) {
    case 'input':
      return [];
    case 'conv': {
      if (!isKind(layer, 'conv')) throw new Error('unreachable');
      const shape = convShape(context, layer);
      const weights = parameter(context, `${layer.name}/kernel`);
      const penalty = 2 * context.settings.l2;
      gradients.set(
        `${layer.name}/kernel`,
        convFilterGradient(shape, input, gradient).map((g, i) => g + penalty * weights[i]!),
      );
      if (operation.bias) gradients.set(`${layer.name}/bias`, biasGradient(gradient, operation.filters));
      return [convInputGradient(shape, weights, gradient)];
    }
    case 'instanceNorm': {
      const gamma = parameter(context, `${layer.name}/gamma`);
      const result = instanceNormGradient(normShape(context, layer), input, gamma, gradient);
      gradients.set(`${layer.name}/gamma`, result.gamma);
      gradients.set(`${layer.name}/beta`, result.beta);
      return [result.input];
    }
    case 'leakyRelu':
      return [leakyReluGradient(input, operation.slope, gradient)];
    case 'dropout':
      return [gradient.map((g, i) => g * dropoutFactor(context, operation.stream, operation.rate, i))];
    case 'add':
      return [gradient, gradient];
    case 'concat': {
      const widths = layer.inputs.map(name => shapeOf(context, name).channels);
      const total = widths.reduce((a, b) => a + b, 0);
      let begin = 0;
      return widths.map(width => {
        const first = begin;
        begin += width;
        return new Float64Array((gradient.length / total) * width).map(
          (_, i) => gradient[Math.floor(i / width) * total + first + (i % width)]!,
        );
      });
    }
    case 'upsample':
      return [upsampleGradient(context.batch, from.size, from.channels, gradient)];
    case 'maxPool':
      return [maxPoolGradient(context.batch, from.size, from.channels, input, gradient)];
    default:
      throw operation satisfies never;
  }
}
