/** What a comparison of runs draws and lists, from their records alone. Pure. */
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { type CurveAxis, type CurvePointXY, curveLines, type FigureName } from '../curves/series.ts';

export interface SettingRow {
  readonly name: keyof RunSettings;
  /** In the order of the runs. */
  readonly values: readonly string[];
}

/** The settings in which runs differ, and those that all share. */
export function settingRows(runs: readonly KeptRun[]): { differing: SettingRow[]; shared: SettingRow[] } {
  const names = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings) as (keyof RunSettings)[]))];
  const rows = names.map(name => ({ name, values: runs.map(({ settings }) => String(settings[name] ?? '–')) }));
  const differs = ({ values }: SettingRow) => values.some(value => value !== values[0]);
  return { differing: rows.filter(differs), shared: rows.filter(row => !differs(row)) };
}

/** At most about `most` points: every n-th, and the last. */
export function thin<T>(points: readonly T[], most = 200): T[] {
  const stride = Math.max(1, Math.ceil(points.length / most));
  return points.filter((_, place) => place % stride === 0 || place === points.length - 1);
}

export interface RunLines {
  readonly train: readonly CurvePointXY[];
  readonly validation: readonly CurvePointXY[];
}

export function runLines({ epochs }: KeptRun, figure: FigureName, axis: CurveAxis): RunLines {
  const { train, validation } = curveLines(figure, [], epochs, axis);
  return { train, validation };
}

/** A point of several runs: the mean of their values, and the lowest and highest. */
export type JoinedPoint = readonly [x: number, mean: number, low: number, high: number];

/** Validation curves of several runs as one, over the epochs that all of them have; x is the mean of theirs. */
export function joinedLine(runs: readonly KeptRun[], figure: FigureName, axis: CurveAxis): JoinedPoint[] {
  const lines = runs.map(run => runLines(run, figure, axis).validation);
  const shortest = Math.min(...lines.map(({ length }) => length));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return Array.from({ length: Number.isFinite(shortest) ? shortest : 0 }, (_, i) => {
    const points = lines.map(line => line[i] ?? ([0, 0] as const));
    const values = points.map(([, y]) => y);
    return [mean(points.map(([x]) => x)), mean(values), Math.min(...values), Math.max(...values)];
  });
}

/** Seconds of all epochs. */
export function trainedSeconds({ epochs }: KeptRun): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}

export function bestValDice({ epochs, bestEpoch }: KeptRun): number | undefined {
  return epochs.find(({ epoch }) => epoch === bestEpoch)?.valDice;
}

/**
 * Images to look at side by side: of those that every tested run held out and the data set has, the worst, the middle and the best
 * of the first run.
 */
export function sharedImages(runs: readonly KeptRun[], ids: readonly string[]): string[] {
  const known = new Set(ids);
  const [first, ...others] = runs.map(({ test }) => test?.images.map(({ id }) => id) ?? []);
  const shared = (first ?? []).filter(id => known.has(id) && others.every(list => list.includes(id)));
  if (shared.length <= 3) return shared;
  return [0, Math.floor(shared.length / 2), shared.length - 1].map(place => shared[place] ?? '');
}

/** Okabe and Ito's colours, readable on the page in either theme: tokens.css. */
export function runColour(place = 0): string {
  return `var(--run-${place + 1})`;
}
