/** The settings as the page names and explains them. Ranges in words; protocol/settings.ts decides. */
import {
  type AugmentationRange,
  type AugmentationSettings,
  augmentationRanges,
  type RunSettings,
} from '../../protocol/settings.ts';

export type NumberSetting = {
  [K in keyof RunSettings]: RunSettings[K] extends number ? K : never;
}[keyof RunSettings];

export interface NumberFieldText {
  readonly name: NumberSetting;
  readonly label: string;
  readonly help: string;
  readonly range: string;
}

/** The largest first; the memory of the GPU decides. */
export const bestChoices = [
  { size: 256, filters: 16, batch: 8 },
  { size: 256, filters: 16, batch: 4 },
  { size: 256, filters: 16, batch: 2 },
  { size: 128, filters: 16, batch: 4 },
  { size: 128, filters: 16, batch: 2 },
  { size: 128, filters: 8, batch: 2 },
  { size: 64, filters: 8, batch: 4 },
] as const;
export const previewSettings = { arch: 'improved-unet', size: 64, filters: 8, batch: 4, epochs: 10 } as const;

export const mainFields: readonly NumberFieldText[] = [
  { name: 'size', label: 'Image size', help: 'Side in pixels. Paper: 256', range: '16 to 512, a multiple of 16' },
  { name: 'filters', label: 'Base filters', help: 'Maps on level 1. Paper: 16', range: '1 to 64, whole' },
  { name: 'batch', label: 'Batch size', help: 'Images per step. Paper: 2', range: '1 to 64, whole' },
  { name: 'epochs', label: 'Epochs', help: 'Passes over the data. Paper: 300', range: '1 to 1000, whole' },
  { name: 'lr', label: 'Learning rate', help: 'In epoch 1. Paper: 0.0005', range: 'above 0, up to 1' },
  { name: 'seed', label: 'Seed', help: 'Same seed, same run', range: '0 to 4294967295, whole' },
];

export const finerFields: readonly NumberFieldText[] = [
  { name: 'decay', label: 'Learning rate decay', help: 'Factor per epoch. Paper: 0.985', range: 'above 0, up to 1' },
  { name: 'l2', label: 'L2 penalty', help: 'On kernels. Paper: 0.00001', range: '0 to 1' },
  { name: 'crossEntropy', label: 'Cross-entropy weight', help: 'Added to soft Dice. Paper: 0', range: '0 to 10' },
];

export const recipeFields: readonly NumberFieldText[] = [
  { name: 'warmup', label: 'Warm-up epochs', help: 'Rising rate. Paper: 0', range: '0 to 100, whole' },
  { name: 'patience', label: 'Patience', help: 'Epochs; 0 never stops early', range: '0 to 1000, whole' },
  { name: 'average', label: 'Weight averaging', help: 'Decay per step; 0 is off', range: '0 to 0.9999' },
  { name: 'weightDecay', label: 'Weight decay', help: 'AdamW’s. Paper: 0', range: '0 to 1' },
  { name: 'clip', label: 'Gradient clipping', help: 'Longest norm; 0 is off', range: '0 to 1000' },
  { name: 'focal', label: 'Focal exponent', help: 'On the cross-entropy', range: '0 to 5' },
  { name: 'hard', label: 'Hard examples', help: 'Share of an epoch; 0 is off', range: '0 to 0.9' },
  { name: 'tversky', label: 'Missed lesion weight', help: '0.5 is Dice. Paper: 0.5', range: '0.05 to 0.95' },
];

export const scheduleTitles: Record<RunSettings['schedule'], string> = {
  exponential: 'Exponential: times the decay per epoch (paper)',
  cosine: 'Cosine: down to 0 at the last epoch',
  plateau: 'Plateau: halved after 5 epochs without gain',
};

export const framingTitles: Record<RunSettings['framing'], string> = {
  squeeze: 'Squeeze: the whole image, made square',
  letterbox: 'Letterbox: the whole image between black bars',
  crop: 'Crop: the square in the middle',
};

export const augmentationFields: readonly (NumberFieldText & { name: keyof AugmentationSettings })[] = [
  { name: 'rotate', label: 'Rotation', help: 'Up to, in degrees', range: '0 to 180' },
  { name: 'zoom', label: 'Scale', help: 'Larger or smaller, share', range: '0 to 1' },
  { name: 'shift', label: 'Shift', help: 'Share of the side', range: '0 to 0.5' },
  { name: 'shear', label: 'Shear', help: 'Up to, in degrees', range: '0 to 45' },
  { name: 'brightness', label: 'Brightness', help: 'Added, share of white', range: '0 to 0.5' },
  { name: 'contrast', label: 'Contrast', help: 'More or less, share', range: '0 to 1' },
  { name: 'saturation', label: 'Saturation', help: 'More or less, share', range: '0 to 1' },
  { name: 'hue', label: 'Hue', help: 'Turned, in degrees', range: '0 to 180' },
  { name: 'gamma', label: 'Gamma', help: 'More or less, share', range: '0 to 1' },
  { name: 'blur', label: 'Blur', help: 'Up to, in pixels', range: '0 to 3' },
  { name: 'noise', label: 'Noise', help: 'Up to, share of white', range: '0 to 0.3' },
  { name: 'hairs', label: 'Hairs', help: 'Drawn, at most', range: '0 to 8, whole' },
];

const still = Object.fromEntries(augmentationRanges.map(name => [name, 0])) as Record<AugmentationRange, 0>;
export const augmentationPresets = {
  Off: { ...still, flips: false, turns: false },
  Light: {
    ...{ ...still, flips: true, turns: true },
    ...{ rotate: 20, zoom: 0.1, shift: 0.05, brightness: 0.05, contrast: 0.1, saturation: 0.1, gamma: 0.1 },
  },
  Full: {
    ...{ flips: true, turns: true, rotate: 45, zoom: 0.25, shift: 0.1, shear: 10 },
    ...{ brightness: 0.1, contrast: 0.25, saturation: 0.25, hue: 10, gamma: 0.25, blur: 1, noise: 0.03, hairs: 4 },
  },
} as const satisfies Record<string, AugmentationSettings>;

/**
 * Improved UNet as published, at the size that comparable work on ISIC uses. Of its augmentation (rotation, scaling, elastic deformation,
 * gamma, mirroring) the mirroring, for the paper gives no ranges.
 */
export const paperSettings = {
  ...augmentationPresets.Off,
  ...({ arch: 'improved-unet', size: 256, filters: 16, batch: 2, flips: true } as const),
  ...({ lr: 0.0005, schedule: 'exponential', decay: 0.985, warmup: 0, patience: 0, average: 0 } as const),
  ...({ l2: 0.00001, weightDecay: 0, clip: 0, crossEntropy: 0, focal: 0, tversky: 0.5 } as const),
  ...({ framing: 'squeeze', constancy: false, hard: 0 } as const),
};
/**
 * What the comparison in docs/results.md speaks for: deep supervision and soft Dice alone. Light augmentation cost nothing there, and long
 * runs need it; heavy augmentation, cross-entropy and averaging did not pay in short ones and are left to a sweep.
 */
export const bestRecipe = {
  ...augmentationPresets.Light,
  ...({ arch: 'improved-unet', epochs: 100, patience: 20, crossEntropy: 0, tversky: 0.5 } as const),
};

/** All settings by the names that the page gives them. */
export const settingTitles: Record<keyof RunSettings, string> = {
  ...(Object.fromEntries(
    [...mainFields, ...finerFields, ...recipeFields, ...augmentationFields].map(({ name, label }) => [name, label]),
  ) as Record<NumberSetting, string>),
  arch: 'Architecture',
  flips: 'Flips',
  turns: 'Quarter turns',
  half: 'Half precision',
  schedule: 'Schedule',
  framing: 'Framing',
  constancy: 'Colour constancy',
};

export const architectureTitles: Record<RunSettings['arch'], string> = {
  'improved-unet': 'Improved UNet (Isensee et al. 2017)',
  'improved-unet-single': 'Improved UNet without deep supervision',
  'basic-unet': 'Basic U-Net (Ronneberger et al. 2015)',
};

/** A number as typed; NaN for what is none, also for nothing. A comma is taken as the decimal point. */
export function parseNumber(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}
