/** How long a run would take, from what its steps took when they were tried; and smaller settings where that is too long. Pure. */
import type { EpochRecord, StepTiming } from '../../protocol/run.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { CURVE_SHARES, settingsOfSubset } from '../data/subsets.ts';
import { workKey } from '../device/work-key.ts';
import type { StudioState } from '../studio-state.ts';

export interface RunSize {
  /** Images in the training part. */
  readonly train: number;
  /** Images in the validation part. */
  readonly validation: number;
  readonly batch: number;
  readonly epochs: number;
}

/** Seconds of training and validating all epochs; early stopping may end them before. */
export function runSeconds(
  { secondsPerStep, secondsPerImage }: Omit<StepTiming, 'scaled'>,
  { train, validation, batch, epochs }: RunSize,
): number {
  return epochs * (Math.ceil(train / batch) * secondsPerStep + validation * secondsPerImage);
}

/** What an epoch that was run tells of its steps. */
export function timingOf(
  { seconds, imagesPerSecond }: EpochRecord,
  { train, validation, batch }: Omit<RunSize, 'epochs'>,
): StepTiming {
  const secondsPerStep = batch / Math.max(imagesPerSecond, 1e-9);
  const validating = Math.max(0, seconds - Math.ceil(train / batch) * secondsPerStep);
  return { secondsPerStep, secondsPerImage: validating / Math.max(validation, 1), scaled: false };
}

/** Seconds of a run of these settings on the present device and split, or of the present ones; null while no step of theirs was timed. */
export function estimateOf(
  {
    device,
    engine,
    timings,
    currentSplit,
    ...state
  }: Pick<StudioState, 'device' | 'engine' | 'timings' | 'currentSplit' | 'settings'>,
  settings: RunSettings = state.settings,
): number | null {
  const timing = device && timings[workKey(device, engine, settings)];
  if (!timing || !currentSplit) return null;
  const { train, validation } = currentSplit;
  const { batch, epochs } = settings;
  return runSeconds(timing, { train: train.length, validation: validation.length, batch, epochs });
}

/**
 * Seconds of several runs one after another, each with these changes of the present settings; null while no step was timed. What was never
 * timed is taken to cost size² · filters² · batch a step, as its convolutions do.
 */
export function sweepSeconds(
  state: Parameters<typeof estimateOf>[0],
  changes: readonly Partial<RunSettings>[],
): number | null {
  const { device, engine, timings, currentSplit, settings: present } = state;
  const known = device && timings[workKey(device, engine, present)];
  if (!known || !currentSplit) return null;
  const [train, validation] = [currentSplit.train.length, currentSplit.validation.length];
  return changes.reduce((sum, change) => {
    const settings = { ...present, ...change };
    const perImage = (settings.size / present.size) ** 2 * (settings.filters / present.filters) ** 2;
    const scaled = {
      secondsPerStep: (known.secondsPerStep * perImage * settings.batch) / present.batch,
      secondsPerImage: known.secondsPerImage * perImage,
    };
    const { batch, epochs } = settings;
    return sum + (estimateOf(state, settings) ?? runSeconds(scaled, { train, validation, batch, epochs }));
  }, 0);
}

/** Seconds of a cross-validation of so many folds with the present settings; null while no step of theirs was timed. Without the scoring. */
export function foldsSeconds(
  state: Parameters<typeof estimateOf>[0] & Pick<StudioState, 'split'>,
  of: number,
): number | null {
  const { device, engine, timings, currentSplit, settings } = state;
  const timing = device && timings[workKey(device, engine, settings)];
  if (!timing || !currentSplit) return null;
  const pairs = currentSplit.train.length + currentSplit.validation.length + currentSplit.test.length;
  const { train, validation } = state.split.ratios;
  const rest = pairs - pairs / of;
  const validated = Math.round((rest * validation) / (train + validation));
  const { batch, epochs } = settings;
  return of * runSeconds(timing, { train: rest - validated, validation: validated, batch, epochs });
}

/** Seconds of a learning curve with the present settings; null while no step of theirs was timed. Without the scoring. */
export function curveSeconds(state: Parameters<typeof estimateOf>[0]): number | null {
  const { device, engine, timings, currentSplit, settings } = state;
  const timing = device && timings[workKey(device, engine, settings)];
  if (!timing || !currentSplit) return null;
  const { train, validation } = currentSplit;
  return CURVE_SHARES.reduce((sum, share) => {
    const part = Math.max(1, Math.round(train.length * share));
    const { batch, epochs } = settingsOfSubset(settings, train.length, part);
    return sum + runSeconds(timing, { train: part, validation: validation.length, batch, epochs });
  }, 0);
}

/** Longer than this, the page offers smaller settings … */
export const SLOW_SECONDS = 30 * 60;
/** … that take less than this. */
export const ENOUGH_SECONDS = 20 * 60;

const SIZES = [512, 384, 256, 192, 128, 96, 64, 48, 32];
const FILTERS = [64, 48, 32, 24, 16, 12, 8, 6, 4, 2];
const EPOCHS = [500, 300, 200, 100, 50, 40, 30, 25, 20, 15, 12, 10, 8, 5, 3, 2, 1];

export interface SmallerSettings {
  readonly change: Pick<RunSettings, 'size' | 'filters' | 'epochs'>;
  readonly seconds: number;
}

/**
 * The best smaller settings that take less than ENOUGH_SECONDS, where a run of `seconds` is slow; null where it is not, or where none is
 * small enough. A step is taken to cost size² · filters², as its convolutions do. Best: the greatest product of size, filters and epochs
 * as shares of what was wanted, for halving any of them loses about as much; of equals the one with the most pixels. As few as
 * possible of 64², 8 filters and 10 epochs are gone below.
 */
export function smallerSettings(seconds: number, settings: RunSettings): SmallerSettings | null {
  if (seconds <= SLOW_SECONDS) return null;
  const { size, filters, epochs } = settings;
  const upTo = (values: readonly number[], most: number) => [most, ...values.filter(value => value < most)];
  let best: (SmallerSettings & { readonly rank: number }) | null = null;
  for (const s of upTo(SIZES, size))
    for (const f of upTo(FILTERS, filters))
      for (const e of upTo(EPOCHS, epochs)) {
        const share = (s / size) ** 2 * (f / filters) ** 2 * (e / epochs);
        if (seconds * share >= ENOUGH_SECONDS) continue;
        const poor =
          Number(s < Math.min(64, size)) + Number(f < Math.min(8, filters)) + Number(e < Math.min(10, epochs));
        const kept = (s / size) * (f / filters) * (e / epochs);
        // Products of shares are equal but for rounding.
        const rank = kept * (1 + s * 1e-6) - poor;
        if (!best || rank > best.rank)
          best = { change: { size: s, filters: f, epochs: e }, seconds: seconds * share, rank };
      }
  return best && { change: best.change, seconds: best.seconds };
}
