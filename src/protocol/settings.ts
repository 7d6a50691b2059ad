/** The settings of a run, and the page's own: one record each. A run is decided by its settings and the split. */
import * as v from 'valibot';
import { architectures } from '../network/catalogue.ts';
import { framings } from './preparation.ts';
import { choice, defaultsOf, onOff, real, schemasOf, type ValuesOf, whole } from './setting-records.ts';

/** The end of a range that each training image's augmentation is drawn from. */
const range = (high: number) => real({ group: 'augmentation', default: 0, absent: 0, low: 0, high, off: 0 });

/** What augmentation draws from, besides flips and turns. */
const augmentationRecords = {
  /** Degrees. */
  rotate: range(180),
  /** Scale between 1 / (1 + zoom) and 1 + zoom. */
  zoom: range(1),
  /** Share of the side. */
  shift: range(0.5),
  /** Degrees. */
  shear: range(45),
  /** Added to colours in 0..1. */
  brightness: range(0.5),
  /** Factor between 1 / (1 + contrast) and 1 + contrast about ½. */
  contrast: range(1),
  /** Factor between 1 / (1 + saturation) and 1 + saturation on the distance from grey. */
  saturation: range(1),
  /** Degrees about grey. */
  hue: range(180),
  /** Exponent between 1 / (1 + gamma) and 1 + gamma. */
  gamma: range(1),
  /** Largest standard deviation in pixels. */
  blur: range(3),
  /** Largest standard deviation, of colours in 0..1. */
  noise: range(0.3),
  /** Most hairs drawn on an image. */
  hairs: { ...range(8), whole: true },
} as const;

/** By their names in the address, on the command line and in the report's `config`, in the report's order. */
export const runRecords = {
  arch: choice({
    group: 'main',
    default: 'improved-unet',
    choices: architectures,
    also: ['architecture', 'network', 'model'],
  }),
  /** Image side in pixels. */
  size: whole({ group: 'main', default: 128, low: 16, high: 512, multipleOf: 16, also: ['image size'] }),
  /** How images that are no squares become ones. */
  framing: choice({ group: 'preparation', default: 'squeeze', absent: 'squeeze', choices: framings }),
  /** The light's colour taken out of the images. */
  constancy: onOff({ group: 'preparation', default: false, absent: false, also: ['colour constancy'] }),
  /** Maps of the first level. */
  filters: whole({ group: 'main', default: 16, low: 1, high: 64, also: ['base filters', 'channels'] }),
  /** Images per step. */
  batch: whole({ group: 'main', default: 2, low: 1, high: 64, also: ['batch size'] }),
  epochs: whole({ group: 'main', default: 30, low: 1, high: 1000, epochs: 'number' }),
  /** Adam's, in the first epoch. */
  lr: real({ group: 'main', default: 0.0005, low: 0, open: true, high: 1, also: ['learning rate', 'rate'] }),
  /** Factor on the learning rate from epoch to epoch. */
  decay: real({
    group: 'optimizer',
    default: 0.985,
    low: 0,
    open: true,
    high: 1,
    epochs: 'factor',
    also: ['lr decay', 'learning rate decay'],
  }),
  /** λ of the penalty λ·Σw² on convolution kernels. */
  l2: real({ group: 'optimizer', default: 0.00001, low: 0, high: 1, off: 0, also: ['l2 penalty'] }),
  /** Weight of the binary cross-entropy that is added to the soft Dice loss. */
  crossEntropy: real({ group: 'optimizer', default: 0, low: 0, high: 10, off: 0, also: ['bce'] }),
  /** γ: each pixel's cross-entropy is multiplied by (1 − probability of its class)^γ. */
  focal: real({ group: 'recipe', default: 0, absent: 0, low: 0, high: 5, off: 0 }),
  /** Weight of missed lesion in the soft Dice, that of false lesion being the rest to 1. */
  tversky: real({ group: 'recipe', default: 0.5, absent: 0.5, low: 0.05, high: 0.95 }),
  /** AdamW's: kernels lose the learning rate times this share of themselves in each step. */
  weightDecay: real({ group: 'recipe', default: 0, absent: 0, low: 0, high: 1, off: 0 }),
  /** Maximum global gradient norm. */
  clip: real({ group: 'recipe', default: 0, absent: 0, low: 0, high: 1000, off: 0, also: ['gradient clipping'] }),
  /** Share of the weights' moving average that a step keeps. The average is what is validated, tested and saved. */
  average: real({ group: 'recipe', default: 0, absent: 0, low: 0, high: 0.9999, off: 0, also: ['ema'] }),
  /** How the learning rate falls from epoch to epoch, see learningRate. */
  schedule: choice({
    group: 'recipe',
    default: 'exponential',
    absent: 'exponential',
    choices: ['exponential', 'cosine', 'plateau'],
  }),
  /** Epochs in which the learning rate rises to its first value. */
  warmup: whole({ group: 'recipe', default: 0, absent: 0, low: 0, high: 100, off: 0, epochs: 'number' }),
  /** Epochs without a better validation Dice after which the run ends. */
  patience: whole({
    ...{ group: 'recipe', default: 0, absent: 0, low: 0, high: 1000, off: 0, epochs: 'number' },
    also: ['early stopping'],
  }),
  /** Share of each epoch's images that is drawn by how badly they went last, see epochBatches. */
  hard: real({ group: 'recipe', default: 0, absent: 0, low: 0, high: 0.9, off: 0, also: ['hard examples'] }),
  /** Random flips of the training images. */
  flips: onOff({ group: 'augmentation', default: false }),
  /** Random quarter turns of the training images. */
  turns: onOff({ group: 'augmentation', default: false, also: ['quarter turns'] }),
  ...augmentationRecords,
  /** Activations in 16-bit floats. */
  half: onOff({ group: 'optimizer', default: false, needs: 'shader-f16', also: ['half precision', 'fp16'] }),
  /** Of weights, order, dropout and augmentation. */
  seed: whole({ group: 'main', default: 1, low: 0, high: 0xffffffff }),
} as const;

const share = (part: number) => real({ group: 'split', default: part, low: 0, open: true, high: 1 });

/** What else the address and the command line set. It decides no run by itself. */
export const pageRecords = {
  splitSeed: whole({ group: 'split', default: 1, low: 0, high: 0xffffffff }),
  /** The parts' shares, scaled to add up to 1. */
  trainShare: share(0.8),
  validationShare: share(0.1),
  testShare: share(0.1),
  engine: choice({ group: 'page', default: 'auto', choices: ['auto', 'compiled', 'cpu', 'tfjs', 'webgl'] }),
  /** Of the CPU engine; 0 takes one for each core that the browser reports. */
  threads: whole({ group: 'page', default: 0, low: 0, high: 256, also: ['cores', 'workers'] }),
  /** Pairs that `Use demo data` draws. */
  demo: whole({ group: 'page', default: 300, low: 10, high: 2000 }),
} as const;

export const settingRecords = { ...runRecords, ...pageRecords };
export type SettingName = keyof RunSettings;
export type AnySettingName = keyof typeof settingRecords;
export const settingNames = Object.keys(runRecords) as SettingName[];

export const runSettings = v.object(schemasOf(runRecords));
export type RunSettings = ValuesOf<typeof runRecords>;
export const defaultSettings: RunSettings = defaultsOf(runRecords);

export type PageSettings = ValuesOf<typeof pageRecords>;

export const engineChoices = pageRecords.engine.choices;
export type EngineChoice = PageSettings['engine'];

type Numeric<Values> = { [K in keyof Values]: Values[K] extends number ? K : never }[keyof Values];
export type NumberSetting = Numeric<RunSettings>;

export type AugmentationRange = keyof typeof augmentationRecords;
export const augmentationRanges = Object.keys(augmentationRecords) as AugmentationRange[];
export type AugmentationSettings = Pick<RunSettings, 'flips' | 'turns' | AugmentationRange>;

/** Whether any training image is changed at all. */
export function augments(settings: AugmentationSettings): boolean {
  return settings.flips || settings.turns || augmentationRanges.some(name => settings[name] > 0);
}
