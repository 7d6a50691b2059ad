/** A setting's value as it is typed, in the address, in a sweep or on the command line: taken, or what is wrong with it. Pure. */
import { closestMatch } from 'leven';
import * as v from 'valibot';
import { valueSchema } from './setting-records.ts';
import { type AnySettingName, defaultSettings, type RunSettings, settingRecords } from './settings.ts';

const allNames = Object.keys(settingRecords) as AnySettingName[];

export function isSetting(name: string): name is AnySettingName {
  return Object.hasOwn(settingRecords, name);
}

export function isRunSetting(name: string): name is keyof RunSettings {
  return Object.hasOwn(defaultSettings, name);
}

/** The known name that a mistyped one is nearest to, by the settings' names, the other words for them, and `others`. */
export function nearestName(name: string, others: readonly string[] = []): string {
  const plain = (text: string) => text.toLowerCase().replace(/[\s_-]/g, '');
  const words = new Map<string, string>();
  for (const setting of allNames)
    for (const word of settingRecords[setting].also ?? []) words.set(plain(word), setting);
  for (const known of [...others, ...allNames]) words.set(plain(known), known);
  const found = closestMatch(plain(name).slice(0, 60), [...words.keys()]);
  return (found === undefined ? undefined : words.get(found)) ?? 'size';
}

/** The value that a text means, or what is wrong with it: 'it must be at most 64'. Numbers may have an exponent; switches are 0 or 1. */
export function readSetting(
  name: AnySettingName,
  text: string,
): { readonly value: unknown } | { readonly wrong: string } {
  const value = fromText(name, text.trim());
  const wrong = checkSetting(name, value);
  return wrong === null ? { value } : { wrong };
}

/** Why a value is refused, with the range; null if it is taken. */
export function checkSetting(name: AnySettingName, value: unknown): string | null {
  const parsed = v.safeParse(valueSchema(settingRecords[name]), value);
  return parsed.success ? null : describeRange(parsed.issues);
}

/** The same of several run settings. */
export function checkSettings(change: Partial<RunSettings>): string | null {
  for (const [name, value] of Object.entries(change)) {
    const wrong = isRunSetting(name) ? checkSetting(name, value) : `${name} is not a setting`;
    if (wrong !== null) return wrong;
  }
  return null;
}

function fromText(name: AnySettingName, text: string): unknown {
  const { kind } = settingRecords[name];
  switch (kind) {
    case 'number':
      return text === '' ? Number.NaN : Number(text);
    case 'switch':
      return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : text;
    case 'choice':
      return text;
    default:
      throw kind satisfies never;
  }
}

function describeRange(issues: readonly v.BaseIssue<unknown>[]): string {
  const issue = issues[0];
  if (!issue) return 'it does not fit';
  const { requirement } = issue;
  switch (issue.type) {
    case 'integer':
      return 'it must be a whole number';
    case 'min_value':
      return `it must be at least ${String(requirement)}`;
    case 'max_value':
      return `it must be at most ${String(requirement)}`;
    case 'gt_value':
      return `it must be more than ${String(requirement)}`;
    case 'multiple_of':
      return `it must be a multiple of ${String(requirement)}`;
    case 'picklist':
      return `it must be one of ${issue.expected ?? 'the known names'}`;
    default:
      return `it must be ${issue.expected === 'boolean' ? '0 or 1' : 'a number'}`;
  }
}
