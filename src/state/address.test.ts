import { expect, test } from 'vitest';
import { defaultSettings } from '../protocol/settings.ts';
import { checkSettings, readAddress, usualSplit, writeAddress } from './address.ts';

test('the address sets the fields it names', () => {
  const { settings, engine, notices } = readAddress(
    '?arch=basic-unet&size=64&filters=8&batch=4&epochs=2&lr=0.001&seed=9&flips=1&engine=tfjs&unknown=1',
  );
  expect(settings).toEqual({
    ...defaultSettings,
    arch: 'basic-unet',
    size: 64,
    filters: 8,
    batch: 4,
    epochs: 2,
    lr: 0.001,
    seed: 9,
    flips: true,
  });
  expect(engine).toBe('tfjs');
  expect(notices).toEqual([]);
});

test.each([
  ['size=100', 'size', 'multiple of 16'],
  ['size=', 'size', 'a number'],
  ['filters=2.5', 'filters', 'whole number'],
  ['epochs=0', 'epochs', 'at least 1'],
  ['batch=1000', 'batch', 'at most 64'],
  ['lr=-1', 'lr', 'at least 0'],
  ['lr=0', 'lr', 'more than 0'],
  ['lr=fast', 'lr', 'a number'],
  ['arch=resnet', 'arch', 'improved-unet'],
  ['flips=perhaps', 'flips', '0 or 1'],
  ['seed=1e99', 'seed', 'at most'],
  ['demo=3', 'demo', 'at least 10'],
  ['splitSeed=1.5', 'splitSeed', 'whole number'],
  ['trainShare=0', 'trainShare', 'more than 0'],
  ['testShare=2', 'testShare', 'at most 1'],
])('%s falls back to the default with a notice', (query, name, words) => {
  const { settings, split, notices } = readAddress(`?${query}`);
  expect(settings).toEqual(defaultSettings);
  expect(split).toEqual(usualSplit);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain(name);
  expect(notices[0]).toContain(words);
});

test('what is written is read back', () => {
  const settings = { ...defaultSettings, size: 64, lr: 0.002, turns: true, arch: 'basic-unet' as const };
  expect(writeAddress({ settings: defaultSettings, split: usualSplit, engine: 'auto', demoPairs: 300 })).toBe('');
  const split = { seed: 0, ratios: { train: 0.7, validation: 0.1, test: 0.25 } };
  const given = { settings, split, engine: 'webgl', demoPairs: 40 } as const;
  expect(readAddress(writeAddress(given))).toEqual({ ...given, notices: [] });
});

test('a change out of range is told, one in range is not', () => {
  expect(checkSettings({ size: 100 })).toBe('it must be a multiple of 16');
  expect(checkSettings({ epochs: Number.NaN })).toBe('it must be a number');
  expect(checkSettings({ size: 128, lr: 0.1 })).toBeNull();
});
