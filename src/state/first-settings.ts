/**
 * The settings that a page begins with where its address names none: as much as the device carries, and as many epochs as the number of
 * images calls for. Pure.
 */
import type { DeviceReport } from '../protocol/device.ts';
import type { RunSettings } from '../protocol/settings.ts';

type First = Partial<RunSettings>;

const flipped = { flips: true, turns: true } as const;

/** Small enough for a first look within minutes on two cores: 13 ms an image on the CPU engine (docs/performance.md). */
const small: First = { ...flipped, size: 64, filters: 8, batch: 4 };

/** The paper's network at the size of comparable work on skin; the first that fits into the GPU's memory is taken. */
const large: readonly First[] = [
  { ...flipped, size: 256, filters: 16, batch: 8 },
  { ...flipped, size: 256, filters: 16, batch: 4 },
  { ...flipped, size: 128, filters: 16, batch: 8 },
  { ...flipped, size: 128, filters: 16, batch: 4 },
  small,
];

/** The best first. Where no GPU computes, the small one alone. */
export function firstChoices(device: Pick<DeviceReport, 'engine' | 'fallback'>): readonly First[] {
  return device.engine === 'webgpu' && !device.fallback ? large : [small];
}

/** Images of the training part that a first run sees in all: about what 300 pairs see in 30 epochs. */
const SEEN = 7200;

/** Epochs for so many training images, 10 to 60: few images are seen more often. */
export function firstEpochs(trainingImages: number): number {
  return Math.min(60, Math.max(10, Math.round(SEEN / Math.max(1, trainingImages))));
}
