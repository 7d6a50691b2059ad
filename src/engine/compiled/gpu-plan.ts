/** The GPU as a back end of the lowering: each operation as dispatches of the kernels' shaders, with the variants that were chosen. */
import { adamDispatch, clipDispatches, overflowDispatches } from '../../kernels/adam/adam.ts';
import { augmentImages, augmentMasks } from '../../kernels/augmentation/augment.ts';
import { biasGradientDispatches } from '../../kernels/bias/bias-gradient.ts';
import { channelMeansDispatch } from '../../kernels/channel-means/channel-means.ts';
import { type ConvForm, convDispatches } from '../../kernels/conv/conv.ts';
import { type DerivedConv, deriveDispatch, derivedCount, deriveTables } from '../../kernels/conv/derive-weights.ts';
import { filterGradientDispatches } from '../../kernels/conv/filter-gradient.ts';
import { JoinedTogether } from '../../kernels/conv/partial-sums.ts';
import type { Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import type { BlockSums } from '../../kernels/instance-norm/blocks.ts';
import {
  normDispatches,
  normGradientDispatches,
  normParameterGradients,
  type Pairs,
} from '../../kernels/instance-norm/instance-norm.ts';
import { leakyReluGradientDispatch } from '../../kernels/leaky-relu/leaky-relu-gradient.ts';
import { maxPoolDispatch, maxPoolGradientDispatch } from '../../kernels/pooling/max-pool.ts';
import { lossDispatches, probabilitiesDispatch } from '../../kernels/segmentation/segmentation.ts';
import { upsampleGradientDispatch } from '../../kernels/upsample/upsample-gradient.ts';
import type { EngineSettings } from '../engine.ts';
import {
  type BackEnd,
  type ConvInputGradient,
  type ConvLayer,
  type NormLayer,
  persistent,
  scratch,
  type Table,
} from '../lowering/operations.ts';
import { type BackEndParts, buildPlan, type Plan } from '../lowering/plan.ts';
import { type Choices, type ConvQuestion, defaultChoices, type SumsQuestion } from './choices.ts';
import { LeftNormPlaces } from './left-norm-places.ts';
import { noting } from './questions.ts';

export type GpuPlan = Plan<Dispatch>;

/**
 * `guarded`: a step with a gradient that is not finite leaves weights and moments as they are. Throws if the image side does not fit the
 * network, or a layer stands where no kernel covers it.
 */
export function buildGpuPlan(
  settings: EngineSettings,
  choices: Choices = defaultChoices('software'),
  guarded = settings.half === true,
): GpuPlan {
  return buildPlan(settings, parts => noting(choices, noted => gpuBackEnd(parts, noted, guarded)));
}

function gpuBackEnd({ settings, slots, shapes }: BackEndParts, choices: Choices, guarded: boolean): BackEnd<Dispatch> {
  const { batch, network } = settings;
  const normChannels = network.layers
    .filter(({ operation }) => operation.kind === 'instanceNorm')
    .reduce((sum, { name }) => sum + (shapes.get(name)?.channels ?? 0), 0);
  const momentsSlot = scratch('norm moments', Math.max(1, batch * normChannels) * 8);
  const sumsSlot = scratch('norm sums', Math.max(1, batch * normChannels) * 8);
  const derivedConvs: DerivedConv[] = [];
  const derivedSlot = scratch('derived weights', countDerived(settings, shapes) * 4);
  let derived = 0;
  const tables: Table[] = [];
  const partials = new JoinedTogether('partial sums');
  const leftNorms = new LeftNormPlaces();

  const pairs = (slot: Slot, at: number): Pairs => ({ slot, at, stride: normChannels });
  const normArguments = (norm: NormLayer) => ({
    ...norm,
    parameters: slots.weights,
    moments: pairs(momentsSlot, norm.at),
    scratch: (bytes: number) => scratch(`${norm.label} chunks`, bytes),
  });

  const table = (name: string, words: Uint32Array<ArrayBuffer>): Slot => {
    const slot = persistent(name, words.byteLength);
    tables.push({ slot, words });
    return slot;
  };
  const joinPartials = (): Dispatch[] => {
    const { tensors, blocks } = partials.tables();
    return blocks.length === 0 ? [] : [partials.join(table('joined tensors', tensors), table('joined blocks', blocks))];
  };

  return {
    augmentImages: images => [augmentImages(slots.imageBytes, slots.augmentations, images)],
    augmentMasks: (masks, images, side) => [augmentMasks(slots.maskBytes, slots.augmentations, masks, images, side)],
    leavesNorms: choices.leavesNorms,
    conv: conv => {
      const form: ConvForm = conv.raised ? 'upsampled' : 'plain';
      return convDispatches({
        ...conv,
        ...{ form, weights: slots.weights, tile: choices.conv({ form, ...shapeOf(conv, conv.output) }) },
        through: leftNorms.through(conv),
        sums: leftNorms.moments(conv),
        dropout: conv.left?.dropout,
      });
    },
    convFilterGradient: ({ label, kernel, stride, pad, raised, input, through, gradient, weightsAt }) =>
      filterGradientDispatches({
        ...{ label, kernel, stride, pad, upsampled: raised, input, gradient },
        through: leftNorms.through({ input, through }),
        result: slots.gradients,
        to: weightsAt,
        tile: choices.filter({ upsampled: raised, ...shapeOf({ kernel, stride, input }, gradient) }),
        partials,
      }),
    convInputGradient: conv => {
      const { kernel, raised, weightsAt, input, gradient } = conv;
      const derivedConv = {
        source: weightsAt,
        kernel,
        inputs: input.channels,
        outputs: gradient.channels,
        raised,
        to: derived,
      };
      derivedConvs.push(derivedConv);
      derived += derivedCount(derivedConv);
      return inputGradients(conv, derivedSlot, derivedConv.to, choices, leftNorms.sums(conv));
    },
    biasGradient: (label, gradient, to) =>
      biasGradientDispatches({
        ...{ label, gradient, result: slots.gradients, to, strips: choices.sums(sumsOf(gradient)) },
        partials,
      }),
    leakyReluGradient: (label, output, gradient, slope) => [leakyReluGradientDispatch(label, output, gradient, slope)],
    norm: (norm, output) => {
      return normDispatches(normArguments(norm), output, choices.sums(sumsOf(norm.input)));
    },
    normGradient: (norm, gradient, target, accumulate) => {
      const backward = { ...normArguments(norm), gradient, sums: pairs(sumsSlot, norm.at) };
      return normGradientDispatches(backward, target, accumulate, choices.sums(sumsOf(norm.input)));
    },
    leftNorm: norm => leftNorms.coefficients(norm, slots.weights),
    leftNormGradient: (norm, gradient, target, accumulate) =>
      leftNorms.gradient(norm, gradient, pairs(sumsSlot, norm.at), target, accumulate),
    normParameterGradients: places => {
      const words = Uint32Array.from(places);
      const { gradients } = slots;
      const targets = table('norm targets', words);
      return [normParameterGradients({ sums: sumsSlot, targets, gradients }, normChannels, batch)];
    },
    upsampleGradient: (label, gradient, target, accumulate) => [
      upsampleGradientDispatch(label, gradient, target, accumulate),
    ],
    maxPool: (label, input, output) => [maxPoolDispatch(label, input, output)],
    maxPoolGradient: (label, input, gradient, target, accumulate) => [
      maxPoolGradientDispatch(label, input, gradient, target, accumulate),
    ],
    loss: (logits, gradient, masks, terms) =>
      lossDispatches({
        ...{ logits, gradient, masks, result: slots.result, ...terms },
        trees: choices.trees,
        scratch: bytes => scratch('loss', bytes),
      }),
    probabilities: logits => [probabilitiesDispatch(logits, slots.probabilities)],
    features: (bottleneck, to) => [channelMeansDispatch('features', bottleneck, slots.probabilities, to)],
    adam: (terms, clip) => {
      const { gradients, result, average } = slots;
      const { count } = terms;
      const factor = clip > 0 ? scratch('clip', 4) : undefined;
      const { trees } = choices;
      const joins = (name: string) => ({ trees, scratch: (bytes: number) => scratch(name, bytes) });
      return [
        ...joinPartials(),
        ...(guarded ? overflowDispatches(gradients, count, result, joins('overflow')) : []),
        ...(factor ? clipDispatches(gradients, { count, clip }, factor, joins('gradient length')) : []),
        adamDispatch({ slots, ...terms, clip: factor, average, guard: guarded ? result : undefined }),
      ];
    },
    beforeForward: () => [],
    beforeBackward: () => {
      const words = deriveTables(derivedConvs);
      const convs = table('derived convolutions', words.convs);
      const blocks = table('derived blocks', words.blocks);
      return [deriveDispatch({ convs, blocks, weights: slots.weights, derived: derivedSlot }, words.blocks.length / 2)];
    },
    tables: () => tables,
  };
}

/** See derive-weights.wgsl: flipped weights at stride 1, every second tap at stride 2, a 4×4 patch below an upsampling. */
function inputGradients(
  conv: ConvInputGradient,
  derived: Slot,
  weightsAt: number,
  choices: Choices,
  sums: BlockSums | undefined,
): Dispatch[] {
  const { label, kernel, stride, pad, raised, gradient, target, accumulate } = conv;
  const form: ConvForm = stride === 2 ? 'dilated' : 'plain';
  const taps = raised
    ? { kernel: 4, stride: 2, pad: 1 }
    : { kernel, stride: 1, pad: stride === 2 ? pad : kernel - 1 - pad };
  const tile = choices.conv({ form, ...shapeOf({ ...taps, input: gradient }, target) });
  return convDispatches({
    ...{ label, form, ...taps, input: gradient, output: target, weights: derived, weightsAt, accumulate, tile, sums },
  });
}

function shapeOf(
  { kernel, stride, input }: { kernel: number; stride: number; input: ConvLayer['input'] },
  output: View,
): Omit<ConvQuestion, 'form'> {
  const { side, batch, stored } = output;
  return { kernel, stride, inputs: input.channels, outputs: output.channels, side, batch, stored };
}

function sumsOf({ channels, side, batch, stored }: View): SumsQuestion {
  return { channels, side, batch, stored };
}

/** Derived weights of all convolutions that pass a gradient on: all but those of the input itself. */
function countDerived({ network }: EngineSettings, shapes: BackEndParts['shapes']): number {
  return network.layers.reduce((sum, { operation, inputs }) => {
    if (operation.kind !== 'conv') return sum;
    const source = network.layers.find(layer => layer.name === inputs[0]);
    if (!source || source.operation.kind === 'input') return sum;
    const raised = source.operation.kind === 'upsample';
    const channels = { inputs: shapes.get(source.name)?.channels ?? 0, outputs: operation.filters };
    return sum + derivedCount({ kernel: operation.kernel, ...channels, raised });
  }, 0);
}
