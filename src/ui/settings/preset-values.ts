/** Whole set-ups. Each sets everything but the seed, so that what was set before it makes no difference. Pure. */
import {
  type AugmentationRange,
  type AugmentationSettings,
  augmentationRanges,
  defaultSettings,
  type RunSettings,
  settingNames,
} from '../../protocol/settings.ts';
import { runTexts, type SettingText } from './texts.ts';

type Preset = Omit<RunSettings, 'seed'>;

function preset(change: Partial<Preset>): Preset {
  const { seed: _, ...all } = { ...defaultSettings, ...change };
  return all;
}

const still = Object.fromEntries(augmentationRanges.map(name => [name, 0])) as Record<AugmentationRange, 0>;
export const augmentationPresets = {
  Off: { ...still, flips: false, turns: false },
  Light: {
    ...{ ...still, flips: true, turns: true },
    ...{ rotate: 20, zoom: 0.1, shift: 0.05, brightness: 0.05, contrast: 0.1, saturation: 0.1, gamma: 0.1 },
  },
  Full: {
    ...{ ...still, flips: true, turns: true, rotate: 45, zoom: 0.25, shift: 0.1, shear: 10 },
    ...{ brightness: 0.1, contrast: 0.25, saturation: 0.25, hue: 10, gamma: 0.25, blur: 1, noise: 0.03, hairs: 4 },
  },
} as const satisfies Record<string, AugmentationSettings>;

/**
 * Improved UNet as published, at the size that comparable work on ISIC uses. Of its augmentation (rotation, scaling, elastic deformation,
 * gamma, mirroring) the mirroring, for the paper gives no ranges.
 */
export const paperPreset = preset(
  Object.fromEntries(
    Object.entries<SettingText<unknown>>(runTexts).flatMap(([name, { paper }]) =>
      paper === null ? [] : [[name, paper]],
    ),
  ),
);

/** What the page begins with. */
export const defaultPreset = preset({});

export const previewPreset = preset({ size: 64, filters: 8, batch: 4, epochs: 10 });

/**
 * What the comparison in docs/results.md speaks for: deep supervision and soft Dice alone. Light augmentation cost nothing there, and long
 * runs need it; heavy augmentation, cross-entropy and averaging did not pay in short ones and are left to a sweep. The largest first;
 * the memory of the GPU decides.
 */
export const bestPresets = (
  [
    { size: 256, filters: 16, batch: 8 },
    { size: 256, filters: 16, batch: 4 },
    { size: 256, filters: 16, batch: 2 },
    { size: 128, filters: 16, batch: 4 },
    { size: 128, filters: 16, batch: 2 },
    { size: 128, filters: 8, batch: 2 },
    { size: 64, filters: 8, batch: 4 },
  ] as const
).map(largest => preset({ ...augmentationPresets.Light, epochs: 100, patience: 20, ...largest }));

/** Whether all that the preset sets is in force. */
export function inForce(settings: RunSettings, preset: Partial<RunSettings>): boolean {
  return settingNames.every(name => preset[name] === undefined || settings[name] === preset[name]);
}

/** The names of what a preset would change. */
export function changedBy(settings: RunSettings, preset: Partial<RunSettings>): (keyof RunSettings)[] {
  return settingNames.filter(name => preset[name] !== undefined && settings[name] !== preset[name]);
}
