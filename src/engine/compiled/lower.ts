/** One layer to its dispatches, forward at once and backward when its turn comes. */
import { biasGradientDispatches } from '../../kernels/bias/bias-gradient.ts';
import { type ConvForm, convDispatch } from '../../kernels/conv/conv.ts';
import { filterGradientDispatches } from '../../kernels/conv/filter-gradient.ts';
import { padBefore } from '../../kernels/conv/geometry.ts';
import type { View } from '../../kernels/dispatch.ts';
import { normApply, normGradient, normMoments, normSums } from '../../kernels/instance-norm/instance-norm.ts';
import { leakyReluGradientDispatch } from '../../kernels/leaky-relu/leaky-relu-gradient.ts';
import { maxPoolDispatch, maxPoolGradientDispatch } from '../../kernels/pooling/max-pool.ts';
import { upsampleGradientDispatch } from '../../kernels/upsample/upsample-gradient.ts';
import { type Layer, NORM_EPSILON, type Operation } from '../../network/graph.ts';
import type { SumsQuestion } from './choices.ts';
import type { PlanBuilder, Value } from './plan-builder.ts';

/** Throws where a layer stands in a place that no kernel covers. */
export function emitLayer(builder: PlanBuilder, layer: Layer): void {
  const { operation, name } = layer;
  switch (operation.kind) {
    case 'conv':
      emitConv(builder, layer, operation);
      return;
    case 'instanceNorm':
      emitNorm(builder, layer);
      return;
    case 'maxPool':
      emitMaxPool(builder, layer);
      return;
    case 'upsample': {
      if (builder.has(name)) return;
      const value = builder.value(first(layer));
      if (value.raised || value.dropout) throw uncovered(layer);
      builder.alias(name, { ...value, raised: true });
      return;
    }
    case 'dropout': {
      const value = builder.value(first(layer));
      if (value.raised || value.dropout || !builder.soleConsumer(name, 'instanceNorm')) throw uncovered(layer);
      builder.alias(name, { ...value, dropout: { rate: operation.rate, stream: operation.stream } });
      return;
    }
    case 'input':
    case 'leakyRelu':
    case 'add':
    case 'concat':
      // Made by the layers that they were fused into, or into whose channels their parts were written.
      if (!builder.has(name)) throw uncovered(layer);
      return;
    default:
      throw operation satisfies never;
  }
}

function uncovered(layer: Layer): Error {
  return new Error(`${layer.name}: no kernel covers a ${layer.operation.kind} in this place`);
}

function first(layer: Layer): string {
  const name = layer.inputs[0];
  if (name === undefined) throw new Error(`${layer.name} reads nothing`);
  return name;
}

/** What a convolution takes in of the layers after it, and the name under which the result goes. */
function fusion(builder: PlanBuilder, name: string): { output: string; slope?: number; residual?: Value } {
  const activation = builder.soleConsumer(name, 'leakyRelu');
  if (activation) return { output: activation.name, slope: activation.operation.slope };
  const sum = builder.soleConsumer(name, 'add');
  const other = sum?.inputs.find(input => input !== name);
  // Upsampling is only a way to read: it may be listed after the convolution whose result it is added to.
  const source = builder.settings.network.layers.find(layer => layer.name === other);
  if (source?.operation.kind === 'upsample' && builder.has(first(source))) emitLayer(builder, source);
  if (sum && other !== undefined && builder.has(other)) return { output: sum.name, residual: builder.value(other) };
  return { output: name };
}

function emitConv(builder: PlanBuilder, layer: Layer, operation: Extract<Operation, { kind: 'conv' }>): void {
  const { choices, slots, settings } = builder;
  const { kernel, stride, filters, bias } = operation;
  const input = builder.value(first(layer));
  if (input.dropout || (input.raised && (kernel !== 3 || stride !== 1))) throw uncovered(layer);
  const upsampled = input.raised === true;
  const { output, slope, residual } = fusion(builder, layer.name);
  const view = builder.define(output);
  const inputSide = upsampled ? input.view.side * 2 : input.view.side;
  const pad = padBefore({ kernel, stride, inputSide });
  const inputs = input.view.channels;
  const weightsAt = builder.parameterAt(layer.name, 'kernel');
  const shape = {
    kernel,
    stride,
    inputs,
    outputs: filters,
    side: view.side,
    batch: settings.batch,
    stored: builder.stored,
  };
  const form: ConvForm = upsampled ? 'upsampled' : 'plain';
  builder.emit(
    convDispatch({
      label: `${layer.name} forward`,
      form,
      kernel,
      stride,
      pad,
      input: input.view,
      output: view,
      weights: slots.weights,
      weightsAt,
      biasAt: bias ? builder.parameterAt(layer.name, 'bias') : undefined,
      residual: residual?.view,
      slope,
      tile: choices.conv({ form, ...shape }),
    }),
  );
  builder.onBackward(() => {
    const gradient = builder.gradient(output);
    if (slope !== undefined) builder.emit(leakyReluGradientDispatch(`${output} gradient`, view, gradient, slope));
    if (bias) {
      const to = builder.parameterAt(layer.name, 'bias');
      const scratch = (bytes: number) => builder.scratch(`${layer.name} bias chunks`, bytes);
      builder.emit(
        ...biasGradientDispatches({
          label: `${layer.name} bias`,
          gradient,
          result: slots.gradients,
          to,
          strips: choices.sums(sumsOf(gradient)),
          scratch,
        }),
      );
    }
    builder.emit(
      ...filterGradientDispatches({
        label: `${layer.name} filter`,
        kernel,
        stride,
        pad,
        upsampled,
        input: input.view,
        gradient,
        result: slots.gradients,
        to: weightsAt,
        tile: choices.filter({ upsampled, ...shape }),
        scratch: bytes => builder.scratch(`${layer.name} partial sums`, bytes),
      }),
    );
    const source = settings.network.layers.find(other => other.name === input.tensor);
    if (source?.operation.kind !== 'input')
      emitInputGradient(builder, layer, operation, input, gradient, pad, weightsAt);
    if (residual) passToResidual(builder, residual, gradient);
  });
}

function emitInputGradient(
  builder: PlanBuilder,
  layer: Layer,
  { kernel, stride, filters }: Extract<Operation, { kind: 'conv' }>,
  input: Value,
  gradient: View,
  pad: number,
  weightsAt: number,
): void {
  const raised = input.raised === true;
  const inputs = input.view.channels;
  const weights = builder.derive({ source: weightsAt, kernel, inputs, outputs: filters, raised });
  const { view, accumulate } = builder.gradientTarget(input.tensor);
  // See derive-weights.wgsl: flipped weights at stride 1, every second tap at stride 2, a 4×4 patch below an upsampling.
  const form: ConvForm = stride === 2 ? 'dilated' : 'plain';
  const taps = raised
    ? { kernel: 4, stride: 2, pad: 1 }
    : { kernel, stride: 1, pad: stride === 2 ? pad : kernel - 1 - pad };
  const question = {
    form,
    kernel: taps.kernel,
    stride: taps.stride,
    inputs: filters,
    outputs: inputs,
    side: view.side,
    stored: builder.stored,
  };
  builder.emit(
    convDispatch({
      label: `${layer.name} input gradient`,
      form,
      ...taps,
      input: gradient,
      output: view,
      weights: builder.derivedSlot(),
      weightsAt: weights,
      accumulate,
      tile: builder.choices.conv({ ...question, batch: builder.settings.batch }),
    }),
  );
}

function passToResidual(builder: PlanBuilder, residual: Value, gradient: View): void {
  if (!residual.raised) {
    builder.passGradient(residual.tensor, gradient);
    return;
  }
  const { view, accumulate } = builder.gradientTarget(residual.tensor);
  builder.emit(upsampleGradientDispatch(`${residual.tensor} gradient`, gradient, view, accumulate));
}

function emitNorm(builder: PlanBuilder, layer: Layer): void {
  const { choices, settings, slots } = builder;
  const input = builder.value(first(layer));
  if (input.raised) throw uncovered(layer);
  const activation = builder.soleConsumer(layer.name, 'leakyRelu');
  const output = activation?.name ?? layer.name;
  const view = builder.define(output);
  const { moments, sums } = builder.norm(layer.name);
  const args = {
    label: layer.name,
    input: input.view,
    parameters: slots.weights,
    gammaAt: builder.parameterAt(layer.name, 'gamma'),
    betaAt: builder.parameterAt(layer.name, 'beta'),
    epsilon: NORM_EPSILON,
    slope: activation?.operation.slope ?? 1,
    dropout: settings.dropout ? input.dropout : undefined,
    moments,
    scratch: (bytes: number) => builder.scratch(`${layer.name} chunks`, bytes),
  };
  const strips = choices.sums(sumsOf(input.view));
  builder.emit(...normMoments(args, strips), normApply(args, view));
  builder.onBackward(() => {
    const backward = { ...args, gradient: builder.gradient(output), sums };
    const target = builder.gradientTarget(input.tensor);
    builder.emit(...normSums(backward, strips), normGradient(backward, target.view, target.accumulate));
  });
}

function sumsOf({ channels, side, batch, stored }: View): SumsQuestion {
  return { channels, side, batch, stored };
}

function emitMaxPool(builder: PlanBuilder, layer: Layer): void {
  const input = builder.value(first(layer));
  if (input.raised || input.dropout) throw uncovered(layer);
  const view = builder.define(layer.name);
  builder.emit(maxPoolDispatch(`${layer.name} forward`, input.view, view));
  builder.onBackward(() => {
    const { view: target, accumulate } = builder.gradientTarget(input.tensor);
    const gradient = builder.gradient(layer.name);
    builder.emit(maxPoolGradientDispatch(`${layer.name} gradient`, input.view, gradient, target, accumulate));
  });
}
