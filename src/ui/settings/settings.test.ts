import { expect, test } from 'vitest';
import { checkSetting, checkSettings } from '../../protocol/setting-values.ts';
import { type AnySettingName, defaultSettings, settingNames, settingRecords } from '../../protocol/settings.ts';
import { augmentationPresets, bestPresets, changedBy, inForce, paperPreset, previewPreset } from './preset-values.ts';
import { runTexts, settingTexts } from './texts.ts';
import { helpText, rangeText, valueText } from './words.ts';

const names = Object.keys(settingRecords) as AnySettingName[];

test('the ranges in words are those of the settings: their ends do, and what lies just outside does not', () => {
  for (const name of names) {
    const range = rangeText(settingRecords[name]);
    if (settingRecords[name].kind !== 'number') continue;
    const [low, high] = [...range.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
    if (low === undefined || high === undefined) throw new Error(`no range in “${range}”`);
    const step = name === 'size' ? 16 : /whole/.test(range) ? 1 : 1e-6;
    const fits = (value: number) => checkSetting(name, value) === null;
    expect(fits(low), `${name} ${low}`).toBe(!range.startsWith('above'));
    expect(fits(low + step), `${name} above ${low}`).toBe(true);
    expect(fits(low - step), `${name} below ${low}`).toBe(false);
    expect(fits(high), `${name} ${high}`).toBe(true);
    expect(fits(high + step), `${name} above ${high}`).toBe(false);
  }
});

test('choices in words', () => {
  expect(rangeText(settingRecords.framing)).toBe('squeeze, letterbox or crop');
  expect(rangeText(settingRecords.flips)).toBe('0 or 1');
});

test('the paper’s values are values of the settings', () => {
  for (const name of settingNames) {
    const { paper } = runTexts[name];
    if (paper !== null) expect(checkSetting(name, paper), name).toBeNull();
  }
});

test('the presets are valid settings', () => {
  for (const preset of [paperPreset, previewPreset, ...bestPresets, ...Object.values(augmentationPresets)])
    expect(checkSettings(preset)).toBeNull();
});

test('whatever was set before, a preset then gives the same', () => {
  const odd = { ...defaultSettings, patience: 7, flips: true, framing: 'crop', hairs: 3, epochs: 5, seed: 9 } as const;
  for (const preset of [paperPreset, previewPreset, ...bestPresets]) {
    expect({ ...odd, ...preset }).toEqual({ ...defaultSettings, ...preset, seed: 9 });
    expect(inForce({ ...odd, ...preset }, preset)).toBe(true);
    expect(inForce({ ...odd, ...preset, patience: 99 }, preset)).toBe(false);
  }
});

test('a preset tells what it changes', () => {
  expect(changedBy({ ...defaultSettings, seed: 4, patience: 3 }, previewPreset)).toEqual([
    ...(['size', 'filters', 'batch', 'epochs', 'patience'] as const),
  ]);
  expect(changedBy({ ...defaultSettings, ...previewPreset }, previewPreset)).toEqual([]);
});

test('what stands below a field: unit, off, the paper’s value', () => {
  expect(helpText('size')).toBe('Side of the square, in pixels. Paper: 256');
  expect(helpText('l2')).toBe('On kernels; 0 is off. Paper: 0.00001');
  expect(helpText('rotate')).toBe('Up to, in degrees; 0 is off');
  expect(helpText('flips')).toBe('Mirror training images at random. Paper: on');
  expect(helpText('seed')).toBe('Same seed, same run');
});

test('values as reports tell them', () => {
  expect(valueText('arch', 'basic-unet')).toContain('Ronneberger');
  expect(valueText('flips', true)).toBe('on');
  expect(valueText('lr', 0.0005)).toBe('0.0005');
});

test('every setting is explained', () => {
  for (const name of names) expect(settingTexts[name].about.length, name).toBeGreaterThan(40);
  const labels = names.map(name => settingTexts[name].label);
  expect(new Set(labels).size).toBe(labels.length);
});

test('a choice has a title for each value', () => {
  for (const name of settingNames) {
    const record = settingRecords[name];
    if (record.kind !== 'choice') continue;
    for (const value of record.choices) expect(valueText(name, value as never), `${name} ${value}`).not.toBe(value);
  }
});
