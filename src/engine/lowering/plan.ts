/**
 * From a network's description to a flat list of operations, once: what a step replays.
 *
 * Owns: which operations are fused, which tensors exist, the order of the backward pass, which gradient is written first
 * and which is added to. Promises: pure; the same settings and back end give the same plan. Must not know: how an
 * operation is computed (a BackEnd's business), devices, the bytes' real places (memory.ts).
 *
 *   forward    the layers in their order. A convolution takes in what follows it alone (leaky ReLU, or the sum with an
 *              earlier tensor); a norm takes in the dropout before and the leaky ReLU after it, or is left, with both, to the
 *              convolutions around it (left-norms.ts); upsampling is only a way to read; a concatenation is one tensor
 *              into whose channels its parts are written in the first place.
 *   backward   the same operations in reverse. The first to write a tensor's gradient sets it, the others add.
 *   optimizer  one dispatch for the norms' parameters, one for Adam.
 */

import { updateTerms } from '../../kernels/adam/adam.ts';
import { AUGMENT_WORDS } from '../../kernels/augmentation/augment.ts';
import type { Slot, View } from '../../kernels/dispatch.ts';
import { resultBytes } from '../../kernels/segmentation/segmentation.ts';
import { lossTerms } from '../../kernels/segmentation/terms.ts';
import { featureCount, type Shape, shapes } from '../../network/graph.ts';
import { ADAM, DICE_SMOOTH, type EngineSettings } from '../engine.ts';
import { type ParameterLayout, parameterLayout } from './layout.ts';
import { emitLayer } from './lower.ts';
import { type BackEnd, type Planned, type PlanSlots, persistent, scratch, type Table } from './operations.ts';
import { PlanBuilder } from './plan-builder.ts';

export interface Plan<Op extends Planned> {
  readonly layout: ParameterLayout;
  /** Images to logits. */
  readonly forward: readonly Op[];
  /** After `forward`, for a prediction. */
  readonly probabilities: readonly Op[];
  /** After `forward`, for a training step: loss, backward, optimizer. None in a plan for predictions only. */
  readonly training: readonly Op[];
  readonly slots: PlanSlots;
  readonly tables: readonly Table[];
}

/** What a back end is made from. */
export interface BackEndParts {
  readonly settings: EngineSettings;
  readonly slots: PlanSlots;
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** Values that a prediction of a whole batch gives: probabilities, then features. */
export function predictionValues({ network, size, batch }: EngineSettings): number {
  return batch * (size * size + featureCount(network));
}

/** Throws if the image side does not fit the network, or a layer stands where no operation covers it. */
export function buildPlan<Op extends Planned>(
  settings: EngineSettings,
  makeBackEnd: (parts: BackEndParts) => BackEnd<Op>,
): Plan<Op> {
  const { network, size, batch } = settings;
  const layout = parameterLayout(network);
  const slots: PlanSlots = {
    imageBytes: persistent('image bytes', batch * size * size * 3),
    maskBytes: persistent('mask bytes', batch * size * size),
    augmentations: persistent('augmentations', batch * AUGMENT_WORDS * 4),
    weights: persistent('weights', layout.count * 4),
    gradients: persistent('gradients', layout.count * 4),
    first: persistent('first moments', layout.count * 4),
    second: persistent('second moments', layout.count * 4),
    average: settings.average ? persistent('average', layout.count * 4) : undefined,
    result: persistent('result', resultBytes(batch)),
    probabilities: scratch('probabilities', predictionValues(settings) * 4),
  };
  const sides = shapes(network, size);
  const backEnd = makeBackEnd({ settings, slots, shapes: sides });
  const builder = new PlanBuilder(settings, backEnd, layout, sides);

  const input = network.layers[0];
  if (input?.operation.kind !== 'input') throw new Error('the first layer is not the input');
  builder.emit(backEnd.augmentImages(builder.define(input.name)));
  for (const layer of network.layers.slice(1)) emitLayer(builder, layer);
  const layers = builder.take();

  const output = network.layers.at(-1)?.name ?? '';
  const logits: View = builder.value(output).view;
  const probabilities = [
    ...backEnd.probabilities(logits),
    ...backEnd.features(builder.value(network.bottleneck).view, batch * size * size),
  ];
  if (settings.predictOnly) {
    const forward = [...backEnd.beforeForward(), ...layers];
    return { layout, forward, probabilities, training: [], slots, tables: backEnd.tables() };
  }
  emitLoss(builder, logits, builder.gradientTarget(output).view);
  builder.runBackward();
  if (builder.normTargets.length > 0) builder.emit(backEnd.normParameterGradients(builder.normTargets));
  const { count, kernels } = layout;
  builder.emit(backEnd.adam({ ...updateTerms(settings), ...ADAM, count, kernels }, settings.clip ?? 0));
  return {
    layout,
    forward: [...backEnd.beforeForward(), ...layers],
    probabilities,
    training: [...backEnd.beforeBackward(), ...builder.take()],
    slots,
    tables: backEnd.tables(),
  };
}

function emitLoss<Op extends Planned>(builder: PlanBuilder<Op>, logits: View, gradient: View): void {
  const { backEnd, settings } = builder;
  const { batch, size } = settings;
  const masks: Slot = scratch('masks', batch * size * size);
  builder.emit(backEnd.augmentMasks(masks, batch, size));
  builder.emit(backEnd.loss(logits, gradient, masks, lossTerms(settings, DICE_SMOOTH)));
}
