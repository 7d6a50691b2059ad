/**
 * From a network's description to a flat list of dispatches, once: what a step replays.
 *
 * Owns: which operations are fused, which tensors exist, the order of the backward pass, which gradient is written first
 * and which is added to. Promises: pure; the same settings and choices give the same plan. Must not know: devices, pipelines,
 * the bytes' real places (memory.ts).
 *
 *   forward    the layers in their order. A convolution takes in what follows it alone (leaky ReLU, or the sum with an
 *              earlier tensor); a norm takes in the dropout before and the leaky ReLU after it; upsampling is only a way
 *              to read; a concatenation is one tensor into whose channels its parts are written in the first place.
 *   backward   the same operations in reverse. The first to write a tensor's gradient sets it, the others add.
 *   optimizer  one dispatch for the norms' parameters, one for Adam.
 */

import { adamDispatch, clipDispatches, overflowDispatches } from '../../kernels/adam/adam.ts';
import { AUGMENT_WORDS, augmentImages, augmentMasks } from '../../kernels/augmentation/augment.ts';
import { type DerivedConv, deriveDispatch, deriveTables } from '../../kernels/conv/derive-weights.ts';
import type { Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import { normParameterGradients } from '../../kernels/instance-norm/instance-norm.ts';
import { lossDispatches, probabilitiesDispatch, resultBytes } from '../../kernels/segmentation/segmentation.ts';
import { shapes } from '../../network/graph.ts';
import { ADAM, DICE_SMOOTH, type EngineSettings } from '../engine.ts';
import { type Choices, defaultChoices } from './choices.ts';
import { type ParameterLayout, parameterLayout } from './layout.ts';
import { emitLayer } from './lower.ts';
import { PlanBuilder } from './plan-builder.ts';

export interface Plan {
  readonly layout: ParameterLayout;
  /** Images to logits. */
  readonly forward: readonly Dispatch[];
  /** After `forward`, for a prediction. */
  readonly probabilities: Dispatch;
  /** After `forward`, for a training step: loss, backward, optimizer. None in a plan for predictions only. */
  readonly training: readonly Dispatch[];
  readonly slots: PlanSlots;
  /** Written once, before the first step. */
  readonly tables: readonly { readonly slot: Slot; readonly words: Uint32Array<ArrayBuffer> }[];
}

export interface PlanSlots {
  readonly imageBytes: Slot;
  readonly maskBytes: Slot;
  /** See augmentTable. */
  readonly augmentations: Slot;
  readonly weights: Slot;
  readonly gradients: Slot;
  readonly first: Slot;
  readonly second: Slot;
  /** The weights' moving average, where there is one. */
  readonly average?: Slot | undefined;
  readonly result: Slot;
  readonly probabilities: Slot;
}

/**
 * `guarded`: a step with a gradient that is not finite leaves weights and moments as they are. Throws if the image side does not fit the
 * network, or a layer stands where no kernel covers it.
 */
export function buildPlan(
  settings: EngineSettings,
  choices: Choices = defaultChoices('software'),
  guarded = settings.half === true,
): Plan {
  const { network, size, batch } = settings;
  const layout = parameterLayout(network);
  const persistent = (name: string, bytes: number): Slot => ({ name, bytes: align(bytes), persistent: true });
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
    probabilities: { name: 'probabilities', bytes: batch * size * size * 4, persistent: false },
  };
  const builder = new PlanBuilder(settings, choices, layout, slots, shapes(network, size));

  const input = network.layers[0];
  if (input?.operation.kind !== 'input') throw new Error('the first layer is not the input');
  const images = builder.define(input.name);
  builder.emit(augmentImages(slots.imageBytes, slots.augmentations, images));
  for (const layer of network.layers.slice(1)) emitLayer(builder, layer);
  const forward = builder.take();

  const output = network.layers.at(-1)?.name ?? '';
  const logits: View = builder.value(output).view;
  const probabilities = probabilitiesDispatch(logits, slots.probabilities);
  if (settings.predictOnly) return { layout, forward, probabilities, training: [], slots, tables: [] };
  const gradient = builder.gradientTarget(output).view;
  const masks = builder.scratch('masks', batch * size * size);
  builder.emit(
    augmentMasks(slots.maskBytes, slots.augmentations, masks, batch, size),
    ...lossDispatches({
      logits,
      gradient,
      masks,
      result: slots.result,
      crossEntropy: settings.crossEntropy,
      focal: settings.focal ?? 0,
      tversky: settings.tversky ?? 0.5,
      smoothing: DICE_SMOOTH,
      scratch: bytes => builder.scratch('loss', bytes),
    }),
  );
  builder.runBackward();
  const { norms, normSums, normTargets } = builder.norms();
  const tables: { slot: Slot; words: Uint32Array<ArrayBuffer> }[] = [];
  if (norms > 0) {
    builder.emit(
      normParameterGradients({ sums: normSums, targets: normTargets.slot, gradients: slots.gradients }, norms, batch),
    );
    tables.push(normTargets);
  }
  if (guarded)
    builder.emit(
      ...overflowDispatches(slots.gradients, layout.count, slots.result, bytes => builder.scratch('overflow', bytes)),
    );
  const clip = settings.clip ? builder.scratch('clip', 4) : undefined;
  if (clip)
    builder.emit(
      ...clipDispatches(slots.gradients, { count: layout.count, clip: settings.clip ?? 0 }, clip, bytes =>
        builder.scratch('gradient length', bytes),
      ),
    );
  builder.emit(
    adamDispatch({
      slots,
      count: layout.count,
      kernels: layout.kernels,
      l2: settings.l2,
      weightDecay: settings.weightDecay ?? 0,
      clip,
      average: slots.average,
      ...ADAM,
      guard: guarded ? slots.result : undefined,
    }),
  );
  const derive = deriveStep(builder.derived, builder.derivedSlot(), slots.weights, persistent);
  tables.push(...derive.tables);
  return {
    layout,
    forward,
    probabilities,
    training: [derive.dispatch, ...builder.take()],
    slots,
    tables,
  };
}

function deriveStep(
  convs: readonly DerivedConv[],
  derived: Slot,
  weights: Slot,
  persistent: (name: string, bytes: number) => Slot,
) {
  const words = deriveTables(convs);
  const slots = {
    convs: persistent('derived convolutions', words.convs.byteLength),
    blocks: persistent('derived blocks', words.blocks.byteLength),
    weights,
    derived,
  };
  return {
    dispatch: deriveDispatch(slots, words.blocks.length / 2),
    tables: [
      { slot: slots.convs, words: words.convs },
      { slot: slots.blocks, words: words.blocks },
    ],
  };
}

function align(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}
