import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defaultSettings, runSettings } from '../../protocol/settings.ts';
import { aboutSettings } from './about-settings.ts';
import {
  augmentationFields,
  augmentationPresets,
  bestChoices,
  bestRecipe,
  finerFields,
  mainFields,
  paperSettings,
  parseNumber,
  previewSettings,
  recipeFields,
  settingTitles,
} from './fields.ts';

const accepts = (change: object) => v.safeParse(runSettings, { ...defaultSettings, ...change }).success;

test('the ranges in words are those of the settings: their ends do, and what lies just outside does not', () => {
  for (const { name, range } of [...mainFields, ...finerFields, ...recipeFields, ...augmentationFields]) {
    const [low, high] = [...range.matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
    if (low === undefined || high === undefined) throw new Error(`no range in “${range}”`);
    const step = name === 'size' ? 16 : /whole/.test(range) ? 1 : 1e-6;
    expect(accepts({ [name]: low }), `${name} ${low}`).toBe(!range.startsWith('above'));
    expect(accepts({ [name]: low + step }), `${name} above ${low}`).toBe(true);
    expect(accepts({ [name]: low - step }), `${name} below ${low}`).toBe(false);
    expect(accepts({ [name]: high }), `${name} ${high}`).toBe(true);
    expect(accepts({ [name]: high + step }), `${name} above ${high}`).toBe(false);
  }
});

test('every setting has its name on the page', () => {
  expect(Object.keys(settingTitles).sort()).toEqual(Object.keys(defaultSettings).sort());
});

test('the presets are valid settings', () => {
  expect(accepts(paperSettings)).toBe(true);
  expect(accepts(previewSettings)).toBe(true);
  for (const preset of Object.values(augmentationPresets)) expect(accepts(preset)).toBe(true);
  for (const choice of bestChoices) expect(accepts({ ...bestRecipe, ...choice })).toBe(true);
});

test.each([
  ['12', 12],
  [' 0,5 ', 0.5],
  ['5e-4', 0.0005],
  ['.25', 0.25],
])('“%s” is typed for %s', (text, value) => expect(parseNumber(text)).toBe(value));

test.each(['', ' ', 'abc', '1 2', '0x10', 'Infinity', '1,2,3', 'e5'])('“%s” is no number', text =>
  expect(parseNumber(text)).toBeNaN(),
);

test('every setting is explained', () => {
  for (const name of Object.keys(defaultSettings) as (keyof typeof defaultSettings)[])
    expect(aboutSettings[name]?.length, name).toBeGreaterThan(40);
});
