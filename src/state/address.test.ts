import { expect, test } from 'vitest';
import { defaultSettings } from '../protocol/settings.ts';
import { readAddress, usualSplit, writeAddress } from './address.ts';

test('the address sets the fields it names', () => {
  const { settings, engine, notices } = readAddress(
    '?arch=basic-unet&size=64&filters=8&batch=4&epochs=2&lr=0.001&seed=9&flips=1&engine=tfjs',
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

test.each([
  ['sise=64', 'sise', 'size'],
  ['learningRate=0.1', 'learningRate', 'lr'],
  ['learning_rate=0.1', 'learning_rate', 'lr'],
  ['batchsize=2', 'batchsize', 'batch'],
  ['Seed=2', 'Seed', 'seed'],
  ['weight-decay=2', 'weight-decay', 'weightDecay'],
  ['toString=1', 'toString', ''],
  ['utm_source=x', 'utm_source', ''],
])('%s is not known and names the nearest', (query, name, nearest) => {
  const { settings, notices } = readAddress(`?${query}&epochs=3`);
  expect(settings).toEqual({ ...defaultSettings, epochs: 3 });
  expect(notices).toEqual([
    expect.stringContaining(`${name} in the address is not a setting and was not used. Did you mean ${nearest}`),
  ]);
});

test('a key that stands there twice is told, and a long one cut', () => {
  expect(readAddress('?size=64&size=32')).toMatchObject({
    settings: { size: 64 },
    notices: [expect.stringContaining('twice')],
  });
  expect(readAddress(`?${'x'.repeat(5000)}=1`).notices[0]?.length).toBeLessThan(200);
  expect(readAddress(`?size=${'9'.repeat(5000)}`).notices[0]?.length).toBeLessThan(200);
});

test('what is written is read back', () => {
  const settings = { ...defaultSettings, size: 64, lr: 0.002, turns: true, arch: 'basic-unet' as const };
  expect(
    writeAddress({
      settings: defaultSettings,
      split: usualSplit,
      engine: 'auto',
      threads: 0,
      demoPairs: 300,
      others: [],
    }),
  ).toBe('');
  const split = { seed: 0, ratios: { train: 0.7, validation: 0.1, test: 0.25 } };
  const given = { settings, split, engine: 'webgl', threads: 3, demoPairs: 40, others: [['inspect', '']] } as const;
  expect(readAddress(writeAddress(given))).toEqual({ ...given, namesSettings: true, notices: [] });
});
