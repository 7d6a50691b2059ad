import { useMemo } from 'react';
import { repeated } from '../../metrics/paired.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { bestValDice } from './compare.ts';

/** Runs that differ in their seed alone: what another seed does, which one run cannot tell. */
export function SeedsPanel({ groups }: { groups: readonly (readonly KeptRun[])[] }) {
  const rows = useMemo(() => groups.flatMap(rowsOf), [groups]);
  return (
    <section className="paired" aria-label="Several seeds">
      <div className="paired-head">
        <h3>Several seeds</h3>
      </div>
      <ScrollArea className="scroll paired-list" label="Several seeds, scrollable">
        <table aria-label="Scores over seeds">
          <thead>
            <tr>
              <th scope="col">Score</th>
              <th scope="col">Runs</th>
              {['Mean', 'Spread', '95 % interval'].map(name => (
                <th key={name} scope="col" className="numeric">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, score, runs, mean, spread, interval }) => (
              <tr key={key}>
                <th scope="row">{score}</th>
                <td>{runs}</td>
                <td className="numeric">{mean.toFixed(4)}</td>
                <td className="numeric">{spread.toFixed(4)}</td>
                <td className="numeric">{`${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <p className="help">Spread: standard deviation over runs. Interval: of the mean over seeds, by Student’s t.</p>
    </section>
  );
}

const scores = [
  ['Best validation Dice', bestValDice],
  ['Test mean Dice', ({ test }: KeptRun) => test?.meanDice],
] as const;

function rowsOf(group: readonly KeptRun[]) {
  return scores.flatMap(([score, read]) => {
    const known = group.filter(run => read(run) !== undefined);
    if (known.length < 2) return [];
    const seeds = known.map(({ settings }) => settings.seed).join(', ');
    return [
      {
        key: `${score} ${group[0]?.id}`,
        score,
        runs: `${known.length}, seeds ${seeds}`,
        ...repeated(known.map(run => read(run) ?? 0)),
      },
    ];
  });
}
