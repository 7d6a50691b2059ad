/** The settings of a run: their names in the address, ranges and defaults. A run is decided by these and the split. */
import * as v from 'valibot';
import { constancy, framing, plainPreparation } from './preparation.ts';

export const engineChoices = ['auto', 'compiled', 'cpu', 'tfjs', 'webgl'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** See learningRate. */
export const schedules = ['exponential', 'cosine', 'plateau'] as const;

const whole = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const real = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high));

export const runSettings = v.object({
  arch: v.picklist(['improved-unet', 'improved-unet-single', 'basic-unet']),
  /** Image side in pixels. */
  size: v.pipe(whole(16, 512), v.multipleOf(16)),
  /** How images that are no squares become ones. */
  framing,
  /** The light's colour taken out of the images. */
  constancy,
  /** Maps of the first level. */
  filters: whole(1, 64),
  /** Images per step. */
  batch: whole(1, 64),
  epochs: whole(1, 1000),
  /** Adam's, in the first epoch. */
  lr: v.pipe(real(0, 1), v.gtValue(0)),
  /** Factor on the learning rate from epoch to epoch. */
  decay: v.pipe(real(0, 1), v.gtValue(0)),
  /** λ of the penalty λ·Σw² on convolution kernels. */
  l2: real(0, 1),
  /** Weight of the binary cross-entropy added to the soft Dice loss; 0 leaves it out. */
  crossEntropy: real(0, 10),
  /** γ: each pixel's cross-entropy is multiplied by (1 − probability of its class)^γ; 0 leaves it as it is. */
  focal: v.optional(real(0, 5), 0),
  /** Weight of missed lesion in the soft Dice, that of false lesion being the rest to 1. */
  tversky: v.optional(real(0.05, 0.95), 0.5),
  /** AdamW's: kernels lose the learning rate times this share of themselves in each step. */
  weightDecay: v.optional(real(0, 1), 0),
  /** Longest gradient; 0 for any. */
  clip: v.optional(real(0, 1000), 0),
  /** Decay of the weights' moving average, which is validated, tested and saved; 0 for none. */
  average: v.optional(real(0, 0.9999), 0),
  /** How the learning rate falls from epoch to epoch. */
  schedule: v.optional(v.picklist(schedules), 'exponential'),
  /** Epochs in which the learning rate rises to its first value. */
  warmup: v.optional(whole(0, 100), 0),
  /** Epochs without a better validation Dice after which the run ends; 0 for never. */
  patience: v.optional(whole(0, 1000), 0),
  /** Share of each epoch's images that is drawn by how badly they went last, see training/run/sampler.ts; 0 for none. */
  hard: v.optional(real(0, 0.9), 0),
  /** Random flips of the training images. */
  flips: v.boolean(),
  /** Random quarter turns of the training images. */
  turns: v.boolean(),
  /** Ends of the ranges that each training image's augmentation is drawn from; 0 for none. Rotation in degrees. */
  rotate: v.optional(real(0, 180), 0),
  /** Scale between 1 / (1 + zoom) and 1 + zoom. */
  zoom: v.optional(real(0, 1), 0),
  /** Share of the side. */
  shift: v.optional(real(0, 0.5), 0),
  /** Degrees. */
  shear: v.optional(real(0, 45), 0),
  /** Added to colours in 0..1. */
  brightness: v.optional(real(0, 0.5), 0),
  /** Factor between 1 / (1 + contrast) and 1 + contrast about ½. */
  contrast: v.optional(real(0, 1), 0),
  /** Factor between 1 / (1 + saturation) and 1 + saturation on the distance from grey. */
  saturation: v.optional(real(0, 1), 0),
  /** Degrees about grey. */
  hue: v.optional(real(0, 180), 0),
  /** Exponent between 1 / (1 + gamma) and 1 + gamma. */
  gamma: v.optional(real(0, 1), 0),
  /** Largest standard deviation in pixels. */
  blur: v.optional(real(0, 3), 0),
  /** Largest standard deviation, of colours in 0..1. */
  noise: v.optional(real(0, 0.3), 0),
  /** Most hairs drawn on an image. */
  hairs: v.optional(whole(0, 8), 0),
  /** Activations in 16-bit floats, where the GPU has them. */
  half: v.boolean(),
  /** Of weights, order, dropout and augmentation. */
  seed: whole(0, 0xffffffff),
});
export type RunSettings = v.InferOutput<typeof runSettings>;

export const defaultSettings: RunSettings = {
  arch: 'improved-unet',
  size: 128,
  ...plainPreparation,
  filters: 16,
  batch: 2,
  epochs: 30,
  lr: 0.0005,
  decay: 0.985,
  l2: 0.00001,
  crossEntropy: 0,
  focal: 0,
  tversky: 0.5,
  weightDecay: 0,
  clip: 0,
  average: 0,
  schedule: 'exponential',
  warmup: 0,
  patience: 0,
  hard: 0,
  flips: false,
  turns: false,
  rotate: 0,
  zoom: 0,
  shift: 0,
  shear: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  hue: 0,
  gamma: 0,
  blur: 0,
  noise: 0,
  hairs: 0,
  half: false,
  seed: 1,
};

export type AugmentationSettings = Pick<RunSettings, 'flips' | 'turns' | AugmentationRange>;

/** The settings that are ends of ranges of the augmentation. */
export const augmentationRanges = [
  ...(['rotate', 'zoom', 'shift', 'shear'] as const),
  ...(['brightness', 'contrast', 'saturation', 'hue', 'gamma', 'blur', 'noise', 'hairs'] as const),
] as const;
export type AugmentationRange = (typeof augmentationRanges)[number];
