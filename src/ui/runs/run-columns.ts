/** What the table of runs says of each run, a record for each column. Pure. */
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { type SettingName, settingNames } from '../../protocol/settings.ts';
import { settingTexts } from '../settings/texts.ts';
import { titlesOf, valueText } from '../settings/words.ts';
import { formatDate, formatDuration, formatScore } from '../shared/format.ts';
import { bestValDice, settingRows, trainedSeconds } from './compare.ts';

export interface RunColumn {
  readonly id: string;
  readonly title: string;
  /** What it is sorted by; runs without it come last. */
  readonly value: (run: KeptRun) => number | string | undefined;
  readonly text: (run: KeptRun) => string;
  /** Wide enough for its head and its longest value, in rem: widths that follow the rows in view would jump while scrolling. */
  readonly width: number;
  /** Shown where there is little room, too. */
  readonly narrow?: boolean;
}

const column = (
  title: string,
  width: number,
  value: RunColumn['value'],
  text: RunColumn['text'] = run => String(value(run) ?? '–'),
): RunColumn => ({ id: title, title, width, value, text });

/** The interval stands behind its mean, and is not sorted by: two runs' intervals have no order. */
export const hasInterval = (id: string) => id === 'Test Dice';

/** What is measured, before the settings; the interval of the test stands behind its mean. */
export const resultColumns: readonly RunColumn[] = [
  {
    ...column(
      'Test Dice',
      5.5,
      ({ test }) => test?.meanDice,
      ({ test }) => formatScore(test?.meanDice, 4),
    ),
    narrow: true,
  },
  { ...column('Validation', 5.5, bestValDice, run => formatScore(bestValDice(run), 4)), narrow: true },
  column('Best epoch', 5.75, ({ bestEpoch }) => bestEpoch ?? undefined),
];

/** What it took, behind the settings. */
export const effortColumns: readonly RunColumn[] = [
  column('Images', 4.5, ({ split }) => split.train),
  column('Time', 5.25, trainedSeconds, run => formatDuration(trainedSeconds(run))),
  column(
    'Started',
    8.75,
    ({ startedAt }) => startedAt,
    ({ startedAt }) => formatDate(startedAt),
  ),
];

/** 'Improved UNet (Isensee et al. 2017)' → 'Improved UNet': the rest of a title explains it. */
export function shortText(name: SettingName, value: KeptRun['settings'][SettingName]): string {
  return short(valueText(name, value));
}

const short = (title: string) => title.replace(/( \(|: ).*/, '');

export function settingColumn(name: SettingName): RunColumn {
  const { label } = settingTexts[name];
  const longest = Math.max(6, ...Object.values(titlesOf(name)).map(title => short(title).length));
  return {
    ...column(
      label,
      Math.max(label.length * 0.38, longest * 0.36) + 1.25,
      ({ settings }) => (typeof settings[name] === 'boolean' ? Number(settings[name]) : settings[name]),
      ({ settings }) => shortText(name, settings[name]),
    ),
    id: name,
  };
}

/** In the order of the form. */
export function differingSettings(runs: readonly KeptRun[]): SettingName[] {
  const differ = new Set(settingRows(runs).differing.map(({ name }) => name));
  return settingNames.filter(name => differ.has(name));
}

/** The run with the highest validation Dice, where there are others: test scores are for the end, not for choosing. */
export function bestRun(runs: readonly KeptRun[]): string | null {
  const scored = runs.flatMap(run => {
    const dice = bestValDice(run);
    return dice === undefined ? [] : [{ id: run.id, dice }];
  });
  if (scored.length < 2) return null;
  return scored.reduce((best, run) => (run.dice > best.dice ? run : best)).id;
}

/** Colours of a comparison: no more runs than can be told apart. */
export const MOST_COMPARED = 6;

/**
 * A colour for each run by its age, so that it keeps it while others come. The ticked ones never share one: where two would, the later
 * ticked takes one that is free. Values are places of runColour.
 */
export function runColours(runs: readonly KeptRun[], ticked: readonly string[]): ReadonlyMap<string, number> {
  const colours = new Map(runs.map(({ id }, place) => [id, (runs.length - 1 - place) % MOST_COMPARED]));
  const taken = new Set<number>();
  for (const id of ticked) {
    const own = colours.get(id);
    if (own === undefined) continue;
    const free = Array.from({ length: MOST_COMPARED }, (_, place) => (own + place) % MOST_COMPARED);
    const chosen = free.find(place => !taken.has(place)) ?? own;
    taken.add(chosen);
    colours.set(id, chosen);
  }
  return colours;
}

/** 'Run 7: no flips' → the run, and what somebody may have added to it. */
export function nameParts(name: string): readonly [first: string, rest: string] {
  const [, first = name, rest = ''] = /^(Run \d+):? (.+)$/.exec(name) ?? [];
  return [first, rest];
}
