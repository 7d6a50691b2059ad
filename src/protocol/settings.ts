/** The settings of a run: their names in the address, ranges and defaults. A run is decided by these and the split. */
import * as v from 'valibot';

export const engineChoices = ['auto', 'compiled', 'tfjs', 'webgl'] as const;
export type EngineChoice = (typeof engineChoices)[number];

const whole = (low: number, high: number) => v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const real = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high));

export const runSettings = v.object({
  arch: v.picklist(['improved-unet', 'basic-unet']),
  /** Image side in pixels. */
  size: v.pipe(whole(16, 512), v.multipleOf(16)),
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
  /** Random flips of the training images. */
  flips: v.boolean(),
  /** Random quarter turns of the training images. */
  turns: v.boolean(),
  /** Activations in 16-bit floats, where the GPU has them. */
  half: v.boolean(),
  /** Of weights, order, dropout and augmentation. */
  seed: whole(0, 0xffffffff),
});
export type RunSettings = v.InferOutput<typeof runSettings>;

export const defaultSettings: RunSettings = {
  arch: 'improved-unet',
  size: 128,
  filters: 16,
  batch: 2,
  epochs: 30,
  lr: 0.0005,
  decay: 0.985,
  l2: 0.00001,
  crossEntropy: 0,
  flips: false,
  turns: false,
  half: false,
  seed: 1,
};
