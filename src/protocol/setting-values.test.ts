import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checkSetting, checkSettings, nearestName, readSetting } from './setting-values.ts';
import { type AnySettingName, defaultSettings, runRecords, runSettings, settingRecords } from './settings.ts';

const names = Object.keys(settingRecords) as AnySettingName[];

test('a change out of range is told, one in range is not', () => {
  expect(checkSettings({ size: 100 })).toBe('it must be a multiple of 16');
  expect(checkSettings({ epochs: Number.NaN })).toBe('it must be a number');
  expect(checkSettings({ size: 128, lr: 0.1 })).toBeNull();
  expect(checkSettings({ sise: 64 } as object)).toContain('sise is not a setting');
});

test('every default fits its own record, and is read back from its text', () => {
  for (const name of names)
    expect(readSetting(name, String(settingRecords[name].default)), name).toEqual({
      value: settingRecords[name].default,
    });
});

test('a text is never taken for a value outside the record', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)),
      (name, text) => {
        const read = readSetting(name, text);
        if ('wrong' in read) return;
        const record = settingRecords[name];
        if (record.kind === 'number') {
          const value = Number(read.value);
          expect(value).toBeGreaterThanOrEqual(record.low);
          expect(value).toBeLessThanOrEqual(record.high);
          if (record.whole) expect(Number.isInteger(value)).toBe(true);
        } else if (record.kind === 'choice') expect(record.choices).toContain(read.value);
        else expect(read.value).toBeTypeOf('boolean');
      },
    ),
  ));

test('nothing is no value, though records from before a setting may lack it', () => {
  for (const name of names) expect(checkSetting(name, undefined), name).not.toBeNull();
  const { focal: _, framing: __, ...older } = defaultSettings;
  expect(v.parse(runSettings, older)).toEqual(defaultSettings);
  const { lr: ___, ...broken } = defaultSettings;
  expect(v.safeParse(runSettings, broken).success).toBe(false);
});

test('what a setting is absent for is a value of it', () => {
  for (const [name, { absent }] of Object.entries(runRecords))
    if (absent !== undefined) expect(checkSetting(name as AnySettingName, absent), name).toBeNull();
});

test.each([
  ['sise', 'size'],
  ['early-stopping', 'patience'],
  ['fliips', 'flips'],
  ['minute', 'minutes'],
])('%s is nearest to %s', (typed, known) => expect(nearestName(typed, ['minutes'])).toBe(known));
