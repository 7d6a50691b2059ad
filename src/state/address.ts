/** Settings from and to the page's query string: `?arch=improved-unet&size=64&filters=8&batch=4&epochs=2&lr=0.0005&seed=1`. */
import * as v from 'valibot';
import type { SplitRatios } from '../protocol/dataset.ts';
import {
  defaultSettings,
  type EngineChoice,
  engineChoices,
  type RunSettings,
  runSettings,
} from '../protocol/settings.ts';

export interface AddressSettings {
  readonly settings: RunSettings;
  /** How the data are split: `splitSeed=`, `trainShare=`, `validationShare=`, `testShare=`. */
  readonly split: { readonly seed: number; readonly ratios: SplitRatios };
  readonly engine: EngineChoice;
  /** Pairs that `Use demo data` draws (`demo=`). */
  readonly demoPairs: number;
  /** One line for each value that was not taken. */
  readonly notices: readonly string[];
}

const DEMO_PAIRS = 300;
const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));
const splitSeed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const parts = ['train', 'validation', 'test'] as const;
export const usualSplit = { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 } } as const;
const demoRange = v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(2000));

const entries = runSettings.entries;
export type SettingName = keyof RunSettings;
export const settingNames = Object.keys(entries) as SettingName[];

/** Unknown keys are passed over; a bad value leaves the default in force and gets a notice. */
export function readAddress(query: string): AddressSettings {
  const given = new URLSearchParams(query);
  const notices: string[] = [];
  const take = <T>(name: string, fallback: T, schema: v.GenericSchema<unknown, T>): T => {
    const text = given.get(name);
    if (text === null) return fallback;
    const parsed = v.safeParse(schema, fromText(text, fallback));
    if (parsed.success) return parsed.output;
    notices.push(
      `${name}=${text} in the address was not used: ${describeRange(parsed.issues)}. Using ${String(fallback)}.`,
    );
    return fallback;
  };
  const chosen = Object.fromEntries(
    settingNames.map(name => [name, take<unknown>(name, defaultSettings[name], entries[name])]),
  );
  return {
    settings: v.parse(runSettings, chosen),
    split: {
      seed: take<number>('splitSeed', usualSplit.seed, splitSeed),
      ratios: {
        train: take<number>('trainShare', usualSplit.ratios.train, share),
        validation: take<number>('validationShare', usualSplit.ratios.validation, share),
        test: take<number>('testShare', usualSplit.ratios.test, share),
      },
    },
    demoPairs: take('demo', DEMO_PAIRS, demoRange),
    engine: take<EngineChoice>('engine', 'auto', v.picklist(engineChoices)),
    notices,
  };
}

/** The query string that gives these settings back; what stands at its default is left out. */
export function writeAddress({ settings, split, engine, demoPairs }: Omit<AddressSettings, 'notices'>): string {
  const query = new URLSearchParams();
  for (const name of settingNames)
    if (settings[name] !== defaultSettings[name]) query.set(name, String(settings[name]));
  if (split.seed !== usualSplit.seed) query.set('splitSeed', String(split.seed));
  for (const part of parts)
    if (split.ratios[part] !== usualSplit.ratios[part]) query.set(`${part}Share`, String(split.ratios[part]));
  if (engine !== 'auto') query.set('engine', engine);
  if (demoPairs !== DEMO_PAIRS) query.set('demo', String(demoPairs));
  const text = query.toString();
  return text && `?${text}`;
}

/** Why a value does not do, with the range: null if the change does. */
export function checkSettings(change: Partial<RunSettings>): string | null {
  const parsed = v.safeParse(v.partial(runSettings), change);
  return parsed.success ? null : describeRange(parsed.issues);
}

function fromText(text: string, fallback: unknown): unknown {
  if (typeof fallback === 'number') return text.trim() === '' ? Number.NaN : Number(text);
  if (typeof fallback === 'boolean')
    return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : text;
  return text;
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
