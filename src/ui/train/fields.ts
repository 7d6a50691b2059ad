/** The settings as the page names and explains them. Ranges in words; protocol/settings.ts decides. */
import type { RunSettings } from '../../protocol/settings.ts';

export type NumberSetting = {
  [K in keyof RunSettings]: RunSettings[K] extends number ? K : never;
}[keyof RunSettings];

export interface NumberFieldText {
  readonly name: NumberSetting;
  readonly label: string;
  readonly help: string;
  readonly range: string;
}

/** Improved UNet as published, at the size that comparable work on ISIC uses. Of its augmentation (rotation, scaling, elastic deformation, gamma, mirroring) the mirroring. */
export const paperSettings = { arch: 'improved-unet', size: 256, filters: 16, batch: 2, flips: true } as const;
/** Augmentation, and as many passes as pay; the rest as published. */
export const bestRecipe = { arch: 'improved-unet', epochs: 100, flips: true, turns: true } as const;
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

/** All settings by the names that the page gives them. */
export const settingTitles: Record<keyof RunSettings, string> = {
  ...(Object.fromEntries([...mainFields, ...finerFields].map(({ name, label }) => [name, label])) as Record<
    NumberSetting,
    string
  >),
  arch: 'Architecture',
  flips: 'Flips',
  turns: 'Quarter turns',
  half: 'Half precision',
};

export const architectureTitles: Record<RunSettings['arch'], string> = {
  'improved-unet': 'Improved UNet (Isensee et al. 2017)',
  'basic-unet': 'Basic U-Net (Ronneberger et al. 2015)',
};

/** A number as typed; NaN for what is none, also for nothing. A comma is taken as the decimal point. */
export function parseNumber(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}
