/** One layer to a back end's operations, forward at once and backward when its turn comes. */
import { padBefore } from '../../kernels/conv/geometry.ts';
import type { View } from '../../kernels/dispatch.ts';
import { type Layer, NORM_EPSILON, type Operation } from '../../network/graph.ts';
import type { ConvLayer, Dropout, Planned } from './operations.ts';
import type { PlanBuilder, Value } from './plan-builder.ts';

/** Throws where a layer stands in a place that no kernel covers. */
export function emitLayer<Op extends Planned>(builder: PlanBuilder<Op>, layer: Layer): void {
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
      if (builder.has(name)) return;
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
function fusion<Op extends Planned>(
  builder: PlanBuilder<Op>,
  name: string,
): { output: string; slope?: number; residual?: Value } {
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

function emitConv<Op extends Planned>(
  builder: PlanBuilder<Op>,
  layer: Layer,
  operation: Extract<Operation, { kind: 'conv' }>,
): void {
  const { backEnd, settings } = builder;
  const { kernel, stride, bias } = operation;
  const input = builder.value(first(layer));
  const raised = input.raised === true;
  if (input.dropout || (raised && (kernel !== 3 || stride !== 1))) throw uncovered(layer);
  const { output, slope, residual } = fusion(builder, layer.name);
  const left = backEnd.leavesNorms ? builder.leftNorms.of(output) : undefined;
  const view = builder.define(output, left);
  const dropout = left?.dropout === undefined ? undefined : dropoutOf(builder, left.dropout);
  if (left?.dropout !== undefined)
    builder.alias(left.dropout, { ...builder.value(output), ...(dropout && { dropout }) });
  const inputSide = raised ? input.view.side * 2 : input.view.side;
  const conv = {
    kernel,
    stride,
    pad: padBefore({ kernel, stride, inputSide }),
    raised,
    input: input.view,
    through: input.through,
    weightsAt: builder.parameterAt(layer.name, 'kernel'),
  };
  const biasAt = bias ? builder.parameterAt(layer.name, 'bias') : undefined;
  builder.emit(
    backEnd.conv({
      ...conv,
      label: `${layer.name} forward`,
      output: view,
      biasAt,
      residual: residual?.view,
      slope,
      left: left && { dropout: settings.dropout ? dropout : undefined },
    }),
  );
  builder.onBackward(() => {
    const gradient = builder.gradient(output);
    if (slope !== undefined) builder.emit(backEnd.leakyReluGradient(`${output} gradient`, view, gradient, slope));
    if (biasAt !== undefined) builder.emit(backEnd.biasGradient(`${layer.name} bias`, gradient, biasAt));
    builder.emit(backEnd.convFilterGradient({ ...conv, label: `${layer.name} filter`, gradient }));
    const source = settings.network.layers.find(other => other.name === input.tensor);
    if (source?.operation.kind !== 'input')
      emitInputGradient(builder, { ...conv, label: `${layer.name} input gradient` }, input.tensor, gradient);
    if (residual) passToResidual(builder, residual, gradient);
  });
}

function emitInputGradient<Op extends Planned>(
  builder: PlanBuilder<Op>,
  conv: ConvLayer,
  tensor: string,
  gradient: View,
): void {
  const { view, accumulate } = builder.gradientTarget(tensor);
  const completes = builder.leftNorms.completedBy(tensor);
  builder.emit(builder.backEnd.convInputGradient({ ...conv, gradient, target: view, accumulate, completes }));
}

function dropoutOf<Op extends Planned>(builder: PlanBuilder<Op>, name: string): Dropout | undefined {
  const operation = builder.settings.network.layers.find(layer => layer.name === name)?.operation;
  return operation?.kind === 'dropout' ? { rate: operation.rate, stream: operation.stream } : undefined;
}

function passToResidual<Op extends Planned>(builder: PlanBuilder<Op>, residual: Value, gradient: View): void {
  if (!residual.raised) {
    builder.passGradient(residual.tensor, gradient);
    return;
  }
  const { view, accumulate } = builder.gradientTarget(residual.tensor);
  builder.emit(builder.backEnd.upsampleGradient(`${residual.tensor} gradient`, gradient, view, accumulate));
}

function emitNorm<Op extends Planned>(builder: PlanBuilder<Op>, layer: Layer): void {
  const { backEnd, settings } = builder;
  const input = builder.value(first(layer));
  if (input.raised) throw uncovered(layer);
  const activation = builder.soleConsumer(layer.name, 'leakyRelu');
  const output = activation?.name ?? layer.name;
  const norm = {
    label: layer.name,
    input: input.view,
    gammaAt: builder.parameterAt(layer.name, 'gamma'),
    betaAt: builder.parameterAt(layer.name, 'beta'),
    epsilon: NORM_EPSILON,
    slope: activation?.operation.slope ?? 1,
    dropout: settings.dropout ? input.dropout : undefined,
    at: builder.placeNorm(layer.name),
  };
  const { left } = input;
  if (left) {
    builder.alias(output, { tensor: output, view: input.view, through: { slope: left.slope } });
    builder.leftNorms.leave(output, norm);
    builder.emit(backEnd.leftNorm(norm));
  } else {
    builder.emit(backEnd.norm(norm, builder.define(output)));
  }
  builder.onBackward(() => {
    const { view, accumulate } = builder.gradientTarget(input.tensor);
    const args = [norm, builder.gradient(output), view, accumulate] as const;
    builder.emit(left ? backEnd.leftNormGradient(...args) : backEnd.normGradient(...args));
  });
}

function emitMaxPool<Op extends Planned>(builder: PlanBuilder<Op>, layer: Layer): void {
  const input = builder.value(first(layer));
  if (input.raised || input.dropout) throw uncovered(layer);
  const view = builder.define(layer.name);
  builder.emit(builder.backEnd.maxPool(`${layer.name} forward`, input.view, view));
  builder.onBackward(() => {
    const { view: target, accumulate } = builder.gradientTarget(input.tensor);
    const gradient = builder.gradient(layer.name);
    builder.emit(builder.backEnd.maxPoolGradient(`${layer.name} gradient`, input.view, gradient, target, accumulate));
  });
}
