/** Settings from and to the page's query string: `?arch=improved-unet&size=64&filters=8&batch=4&epochs=2&lr=0.0005&seed=1`. */
import type { SplitRatios } from '../protocol/dataset.ts';
import { defaultsOf } from '../protocol/setting-records.ts';
import { isSetting, nearestName, readSetting } from '../protocol/setting-values.ts';
import {
  type AnySettingName,
  type EngineChoice,
  type PageSettings,
  pageRecords,
  type RunSettings,
  runRecords,
  settingRecords,
} from '../protocol/settings.ts';

export interface AddressSettings {
  readonly settings: RunSettings;
  /** The address names at least one of them. */
  readonly namesSettings: boolean;
  /** How the data are split: `splitSeed=`, `trainShare=`, `validationShare=`, `testShare=`. */
  readonly split: { readonly seed: number; readonly ratios: SplitRatios };
  readonly engine: EngineChoice;
  /** Of the CPU engine; 0 takes all cores. */
  readonly threads: number;
  /** Pairs that `Use demo data` draws (`demo=`). */
  readonly demoPairs: number;
  /** One line for each key that was not known and each value that was not taken. */
  readonly notices: readonly string[];
  /** What is asked for besides settings, such as `inspect`: kept in the address as it is. */
  readonly others: readonly (readonly [string, string])[];
}

/** Keys that set nothing. */
const otherKeys = ['inspect'];
/** Characters of typed text in a notice. */
const MOST_SHOWN = 60;

/** An unknown key gets a notice with the nearest known one; a bad value leaves the default in force and gets a notice. */
export function readAddress(query: string): AddressSettings {
  const notices: string[] = [];
  const others: [string, string][] = [];
  const given = new Map<AnySettingName, unknown>();
  for (const [key, text] of new URLSearchParams(query)) {
    if (otherKeys.includes(key)) others.push([key, text]);
    else if (!isSetting(key))
      notices.push(
        `${shown(key)} in the address is not a setting and was not used. Did you mean ${nearestName(key, otherKeys)}?`,
      );
    else if (given.has(key)) notices.push(`${key} is set twice in the address. Using the first.`);
    else {
      const read = readSetting(key, text);
      if ('wrong' in read)
        notices.push(
          `${key}=${shown(text)} in the address was not used: ${read.wrong}. Using ${String(settingRecords[key].default)}.`,
        );
      given.set(key, 'value' in read ? read.value : settingRecords[key].default);
    }
  }
  const chosen = { ...defaultsOf(settingRecords), ...Object.fromEntries(given) };
  const settings = Object.fromEntries(
    Object.keys(runRecords).map(name => [name, chosen[name as AnySettingName]]),
  ) as RunSettings;
  const namesSettings = [...given.keys()].some(name => name in runRecords);
  return { settings, namesSettings, ...fromPage(chosen), notices, others };
}

/** The query string of these settings; defaults are left out. */
export function writeAddress(address: Omit<AddressSettings, 'notices' | 'namesSettings'>): string {
  const query = new URLSearchParams();
  const values: Partial<Record<AnySettingName, unknown>> = { ...address.settings, ...toPage(address) };
  for (const [name, record] of Object.entries(settingRecords)) {
    const value = values[name as AnySettingName];
    if (value !== record.default) query.set(name, String(value));
  }
  for (const [key, text] of address.others) query.set(key, text);
  const text = query.toString();
  return text && `?${text}`;
}

type FromPage = Pick<AddressSettings, 'split' | 'engine' | 'threads' | 'demoPairs'>;

function fromPage(page: PageSettings): FromPage {
  const { splitSeed, trainShare, validationShare, testShare, engine, threads, demo } = page;
  const ratios = { train: trainShare, validation: validationShare, test: testShare };
  return { split: { seed: splitSeed, ratios }, engine, threads, demoPairs: demo };
}

function toPage({ split: { seed, ratios }, engine, threads, demoPairs }: FromPage): PageSettings {
  const { train: trainShare, validation: validationShare, test: testShare } = ratios;
  return { splitSeed: seed, trainShare, validationShare, testShare, engine, threads, demo: demoPairs };
}

export const usualSplit = fromPage(defaultsOf(pageRecords)).split;

function shown(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
