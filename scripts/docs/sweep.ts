/** The table of a comparison with several seeds, from the runs that `npm run train -- --sweep` wrote. */
import { fixed, table } from './table.ts';

/** One run. `changed`, or else `sweep` without its seed, says what is compared. */
export interface SweepRun {
  readonly changed?: string;
  readonly sweep?: string;
  readonly 'Test Dice': string;
}

function keyOf({ changed, sweep = '' }: SweepRun): string {
  return changed ?? sweep.replace(/seed ?= ?\d+; ?/, '');
}

/** The first group is what the others are compared with. `titles` by key; a key without one stands as it is. */
export function sweepTable(runs: readonly SweepRun[], titles: Readonly<Record<string, string>>): string {
  const groups = new Map<string, number[]>();
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), Number(run['Test Dice'])]);
  const unknown = Object.keys(titles).find(key => !groups.has(key));
  if (unknown !== undefined) throw new Error(`no run has changed ${unknown}`);
  let base: number | undefined;
  const rows = [...groups].map(([key, scores]) => {
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    // Of a sample: divided by one less than the number of runs.
    const spread = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1));
    const difference = base === undefined ? '' : fixed(mean - base, 4).replace(/^(?!−)/, '+');
    base ??= mean;
    const each = scores.map(score => score.toFixed(4)).join(' / ');
    return [titles[key] ?? key, each, mean.toFixed(4), spread.toFixed(4), difference];
  });
  const seeds = Array.from({ length: Math.max(...[...groups.values()].map(scores => scores.length)) }, (_, i) => i + 1);
  return table(['changed', `test Dice, seeds ${seeds.join(' / ')}`, 'mean', 'spread (SD)', 'difference'], rows);
}
