/** What follows from a setting's two records, in words. Pure. */
import type { SettingRecord } from '../../protocol/setting-records.ts';
import {
  type AnySettingName,
  type RunSettings,
  runRecords,
  type SettingName,
  settingRecords,
} from '../../protocol/settings.ts';
import { runTexts, settingTexts } from './texts.ts';

/** '16 to 512, a multiple of 16', 'above 0, up to 1', '0 or 1', 'squeeze, letterbox or crop'. */
export function rangeText(record: SettingRecord): string {
  switch (record.kind) {
    case 'number': {
      const { low, high, open, whole, multipleOf } = record;
      const ends = open ? `above ${low}, up to ${high}` : `${low} to ${high}`;
      return multipleOf === undefined ? (whole ? `${ends}, whole` : ends) : `${ends}, a multiple of ${multipleOf}`;
    }
    case 'switch':
      return '0 or 1';
    case 'choice':
      return `${record.choices.slice(0, -1).join(', ')} or ${record.choices.at(-1)}`;
    default:
      throw record satisfies never;
  }
}

function isRunSetting(name: AnySettingName): name is SettingName {
  return name in runTexts;
}

/** The paper's value, where it has one: '0.0005', 'on'. */
export function paperText(name: AnySettingName): string | undefined {
  if (!isRunSetting(name)) return undefined;
  const { paper } = runTexts[name];
  return paper === null ? undefined : plainValue(paper);
}

/** 'Side of the square, in pixels. Paper: 256'. */
export function helpText(name: AnySettingName): string {
  const { hint, unit } = settingTexts[name];
  const record = settingRecords[name];
  const off = record.kind === 'number' && record.off !== undefined ? String(record.off) : undefined;
  const paper = paperText(name);
  // That the paper lacks something is no news where it is off at first.
  const news = paper !== undefined && paper !== off && paper !== 'off';
  return `${hint}${unit ? `, in ${unit}` : ''}${off === undefined ? '' : `; ${off} is off`}${news ? `. Paper: ${paper}` : ''}`;
}

/** A choice's values with their titles, in the record's order; of anything else nothing. */
export function titlesOf(name: SettingName): Record<string, string> {
  const record: SettingRecord = runRecords[name];
  if (record.kind !== 'choice') return {};
  const text = runTexts[name];
  const titles: Readonly<Record<string, string>> = 'titles' in text ? text.titles : {};
  return Object.fromEntries(record.choices.map(choice => [choice, titles[choice] ?? choice]));
}

/** A setting's value as reports tell it: a choice by its title, a switch as on or off. */
export function valueText(name: SettingName, value: RunSettings[SettingName]): string {
  return titlesOf(name)[String(value)] ?? plainValue(value);
}

function plainValue(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
