import { useMemo } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { settingTexts } from '../settings/texts.ts';
import { formatCount, formatDuration, formatRate, formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { bestValDice, runColour, settingRows, trainedSeconds } from './compare.ts';
import '../shared/compare-table.css';

const results: [string, (run: KeptRun) => string][] = [
  ['Best validation Dice', run => formatScore(bestValDice(run), 4)],
  ['Test mean Dice', ({ test }) => formatScore(test?.meanDice, 4)],
  ['Test median Dice', ({ test }) => formatScore(test?.medianDice, 4)],
  ['Test lowest Dice', ({ test }) => formatScore(test?.minDice, 4)],
  ['Test thresholded Jaccard', ({ test }) => formatScore(test?.meanThresholdedJaccard, 4)],
  ['Epochs', ({ epochs, bestEpoch }) => `${epochs.length}${bestEpoch === null ? '' : `, best ${bestEpoch}`}`],
  ['Time', run => formatDuration(trainedSeconds(run))],
  ['Images per second', ({ epochs }) => formatRate(epochs.at(-1)?.imagesPerSecond ?? 0)],
  ['Data', ({ dataset, split }) => `${dataset.source}, ${split.train} : ${split.validation} : ${split.test}`],
  ['Corrected masks', ({ dataset }) => formatCount(dataset.corrected ?? 0)],
  ['Device', ({ device }) => device?.description || device?.architecture || '–'],
];

/** What differs in the runs' settings, and what came of them. */
export function ComparedTables({ runs, colours }: { runs: readonly KeptRun[]; colours: ReadonlyMap<string, number> }) {
  const { differing, shared } = useMemo(() => settingRows(runs), [runs]);
  const names = runs.map(({ id, name }) => ({ id, name, colour: runColour(colours.get(id)) }));
  return (
    <div className="comparison-tables">
      <CompareTable
        title="Settings that differ"
        names={names}
        rows={differing.map(({ name, values }) => ({ name: settingTexts[name].label, values }))}
        none="None: the runs have the same settings."
      />
      <details className="finer">
        <summary>{`Settings that are the same (${shared.length})`}</summary>
        <p className="help number">
          {shared.map(({ name, values }) => `${settingTexts[name].label} ${values[0]}`).join(' · ')}
        </p>
      </details>
      <CompareTable
        title="Results"
        names={names}
        rows={results.map(([name, read]) => ({ name, values: runs.map(read) }))}
        none=""
      />
    </div>
  );
}

export function CompareTable({
  title,
  names,
  rows,
  none,
}: {
  title: string;
  names: readonly { id: string; name: string; colour: string }[];
  rows: readonly { name: string; values: readonly string[] }[];
  none: string;
}) {
  if (rows.length === 0) return <p className="help">{`${title}: ${none}`}</p>;
  return (
    <ScrollArea className="scroll compared" label={`${title}, scrollable`}>
      <table aria-label={title} className="compare-table">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {names.map(({ id, name, colour }) => (
              <th key={id} scope="col" className="numeric">
                <span className="run-colour" style={{ background: colour }} aria-hidden="true" />
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, place) => (
                <td key={names[place]?.id} className="numeric">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
