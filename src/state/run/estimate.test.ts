import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings, type RunSettings } from '../../protocol/settings.ts';
import { workKey } from '../device/work-key.ts';
import {
  ENOUGH_SECONDS,
  estimateOf,
  runSeconds,
  SLOW_SECONDS,
  smallerSettings,
  sweepSeconds,
  timingOf,
} from './estimate.ts';

const device = {
  ...{ engine: 'cpu', vendor: '', architecture: '', description: '2 threads', features: [], fallback: false },
  ...{ maxBufferBytes: 1, threads: 2, limits: {} },
};
const hours = (n: number) => n * 3600;

test('a run is its steps and its validations', () => {
  const timing = { secondsPerStep: 2, secondsPerImage: 0.5 };
  // 5 steps for 9 images, the last one filled up.
  expect(runSeconds(timing, { train: 9, validation: 3, batch: 2, epochs: 4 })).toBe(4 * (5 * 2 + 3 * 0.5));
});

test('what an epoch took gives the time of another such epoch', () => {
  fc.assert(
    fc.property(
      fc.record({ train: fc.integer({ min: 1, max: 500 }), validation: fc.integer({ min: 1, max: 99 }) }),
      fc.integer({ min: 1, max: 16 }),
      fc.double({ min: 0.01, max: 9, noNaN: true }),
      fc.double({ min: 0, max: 9, noNaN: true }),
      (parts, batch, secondsPerStep, secondsPerImage) => {
        const size = { ...parts, batch, epochs: 1 };
        const seconds = runSeconds({ secondsPerStep, secondsPerImage }, size);
        const record = { seconds, imagesPerSecond: batch / secondsPerStep };
        expect(runSeconds(timingOf(record as never, size), size)).toBeCloseTo(seconds, 6);
      },
    ),
  );
});

test('the key tells what changes a step, on which device, and nothing else', () => {
  const key = (change: Partial<RunSettings>) => workKey(device, 'auto', { ...defaultSettings, ...change });
  expect(key({ epochs: 999, lr: 0.1, seed: 9, patience: 3 })).toBe(key({}));
  for (const change of [
    { size: 64 },
    { filters: 4 },
    { batch: 8 },
    { arch: 'basic-unet' },
    { noise: 0.1 },
    { half: true },
  ])
    expect(key(change as Partial<RunSettings>)).not.toBe(key({}));
  expect(workKey(device, 'compiled', defaultSettings)).not.toBe(workKey(device, 'tfjs', defaultSettings));
  expect(workKey({ ...device, threads: 4 }, 'auto', defaultSettings)).not.toBe(key({}));
});

test('an estimate is of the settings as they are now, or there is none', () => {
  const settings = { ...defaultSettings, batch: 2, epochs: 10 };
  const split = { seed: 1, ratios: { train: 1, validation: 1, test: 1 }, train: [0, 1, 2], validation: [3], test: [4] };
  const timings = { [workKey(device, 'auto', settings)]: { secondsPerStep: 1, secondsPerImage: 0.5, scaled: false } };
  const state = { device, engine: 'auto' as const, timings, currentSplit: split, settings };
  expect(estimateOf(state)).toBe(25);
  expect(estimateOf({ ...state, settings: { ...settings, epochs: 20 } })).toBe(50);
  expect(estimateOf({ ...state, settings: { ...settings, size: 64 } })).toBeNull();
  expect(estimateOf({ ...state, device: { ...device, engine: 'webgpu' } })).toBeNull();
  expect(estimateOf({ ...state, currentSplit: null })).toBeNull();
});

test('a run of 17 hours at 256² and 16 filters is offered smaller', () => {
  const settings = { ...defaultSettings, size: 256, filters: 16, epochs: 30 };
  const smaller = smallerSettings(hours(17), settings);
  expect(smaller).toMatchObject({ change: { size: 64, filters: 8, epochs: 30 } });
  expect(smaller?.seconds).toBeCloseTo(hours(17) * (64 / 256) ** 2 * (8 / 16) ** 2, 6);
  expect(smallerSettings(SLOW_SECONDS, settings)).toBeNull();
  // A year: two of the three have to come down below what is worth much.
  expect(smallerSettings(hours(24 * 365), settings)?.change).toEqual({ size: 64, filters: 2, epochs: 1 });
  expect(smallerSettings(hours(1e9), settings)).toBeNull();
});

test('what is offered is smaller, in range, and takes less than 20 minutes by the same model', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 32 }).map(n => n * 16),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: SLOW_SECONDS + 1, max: hours(2000), noNaN: true }),
      (size, filters, epochs, seconds) => {
        const found = smallerSettings(seconds, { ...defaultSettings, size, filters, epochs });
        if (!found) return;
        const { change } = found;
        expect(change.size).toBeLessThanOrEqual(size);
        expect(change.size % 16).toBe(0);
        expect(change.filters).toBeLessThanOrEqual(filters);
        expect(change.epochs).toBeLessThanOrEqual(epochs);
        expect(found.seconds).toBeLessThan(ENOUGH_SECONDS);
        const share = (change.size / size) ** 2 * (change.filters / filters) ** 2 * (change.epochs / epochs);
        expect(found.seconds).toBeCloseTo(seconds * share, 6);
        // Taken, they are not offered smaller again.
        expect(smallerSettings(found.seconds, { ...defaultSettings, ...change })).toBeNull();
      },
    ),
  );
});

test('a sweep takes the sum of its runs: as timed where they were, else by pixels, filters and batch', () => {
  const settings = { ...defaultSettings, size: 32, filters: 4, batch: 2, epochs: 3 };
  const split = { train: Array.from({ length: 8 }, (_, i) => i), validation: [8, 9], test: [10] };
  const timing = { secondsPerStep: 1, secondsPerImage: 0.5, scaled: false };
  const larger = { secondsPerStep: 100, secondsPerImage: 0, scaled: false };
  const state = {
    ...{ device, engine: 'auto' as const, settings, currentSplit: split as never },
    timings: { [workKey(device, 'auto', settings)]: timing },
  };
  const one = 3 * (4 * 1 + 2 * 0.5);
  expect(sweepSeconds(state, [{ seed: 1 }, { seed: 2 }])).toBeCloseTo(2 * one, 9);
  expect(sweepSeconds(state, [{ epochs: 6 }])).toBeCloseTo(2 * one, 9);
  expect(sweepSeconds(state, [{ size: 64 }, { filters: 8 }])).toBeCloseTo(8 * one, 9);
  // Half as many steps, each twice as long.
  expect(sweepSeconds(state, [{ batch: 4 }])).toBeCloseTo(one, 9);
  const known = {
    ...state,
    timings: { ...state.timings, [workKey(device, 'auto', { ...settings, size: 64 })]: larger },
  };
  expect(sweepSeconds(known, [{ size: 64 }])).toBeCloseTo(1200, 9);
  expect(sweepSeconds({ ...state, timings: {} }, [{ seed: 1 }])).toBeNull();
});
