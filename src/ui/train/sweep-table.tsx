import type { SweepRun } from '../../state/run/run-view.ts';
import type { SweepChange } from '../../state/run/sweep.ts';
import { settingTexts } from '../settings/texts.ts';
import { formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import './epoch-table.css';

const states: Record<SweepRun['state'], string> = {
  waiting: 'waiting',
  going: 'under way',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
};

/** A row for each run of the sweep; best is the highest validation Dice. Test scores come last, so that they choose nothing. */
export function SweepTable({ runs, going }: { runs: readonly SweepRun[]; going: boolean }) {
  const names = Object.keys(runs[0]?.change ?? {}) as (keyof SweepChange)[];
  const best = Math.max(...runs.map(({ valDice }) => valDice ?? 0));
  return (
    <ScrollArea className="scroll epoch-table" label="Runs of the sweep, scrollable">
      <table aria-label="Runs of the sweep">
        <thead>
          <tr>
            {names.map(name => (
              <th key={name} scope="col">
                {settingTexts[name].label}
              </th>
            ))}
            <th scope="col">State</th>
            <th scope="col" className="numeric">
              Validation Dice
            </th>
            <th scope="col" className="numeric">
              Test Dice
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ change, state, valDice, testDice }) => (
            <tr key={JSON.stringify(change)} data-best={(valDice !== null && valDice === best) || undefined}>
              {names.map(name => (
                <td key={name}>{String(change[name])}</td>
              ))}
              <td>
                <span>{states[state]}</span>
                {valDice !== null && valDice === best && <span className="tag">best</span>}
              </td>
              <td className="numeric">{formatScore(valDice, 4)}</td>
              <td className="numeric">{going ? 'at the end' : formatScore(testDice, 4)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
