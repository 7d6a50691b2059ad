import { useId, useState } from 'react';
import type { SweepRun } from '../../state/run/run-view.ts';
import { parseSweep, type SweepChange } from '../../state/run/sweep.ts';
import { settingTexts } from '../settings/texts.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import '../shared/compare-table.css';
import './sweep.css';

const EXAMPLE = 'lr = 0.001, 0.0005\nseed = 1, 2, 3';

const states: Record<SweepRun['state'], string> = {
  waiting: 'waiting',
  going: 'under way',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
};

/** Runs over a grid of settings, one after another, with a table of what came out. */
export function Sweep() {
  const id = useId();
  const [text, setText] = useState('');
  const [error, setError] = useState('');
  const sweep = useStudio(state => state.sweep);
  const start = useStudio(state => state.startSweep);
  const stop = useStudio(state => state.stopSweep);
  const parsed = parseSweep(text);
  const begin = () => {
    if ('error' in parsed) return setError(parsed.error);
    setError('');
    void start(parsed.runs);
  };
  return (
    <details className="panel sweep">
      <summary>Sweep: many runs over a grid of settings</summary>
      <div className="field">
        <label htmlFor={id}>Settings to try</label>
        <textarea
          id={id}
          rows={4}
          spellCheck={false}
          placeholder={EXAMPLE}
          aria-describedby={`${id}-help`}
          aria-invalid={error !== ''}
          value={text}
          onChange={event => {
            setText(event.currentTarget.value);
            setError('');
          }}
        />
        <p id={`${id}-help`} className={error ? 'help error' : 'help'}>
          {error ||
            ('runs' in parsed
              ? `${parsed.runs.length} ${parsed.runs.length === 1 ? 'run' : 'runs'}, each trained and tested, all else as set above.`
              : 'A line per setting, by its name in the page’s address, with its values. Every combination is trained, tested and kept.')}
        </p>
      </div>
      <div className="actions">
        <ActionButton action={start} onClick={begin}>
          Start sweep
        </ActionButton>
        <ActionButton action={stop} onClick={() => void stop()}>
          Stop after this run
        </ActionButton>
      </div>
      {sweep && <SweepTable runs={sweep.runs} />}
    </details>
  );
}

function SweepTable({ runs }: { runs: readonly SweepRun[] }) {
  const names = Object.keys(runs[0]?.change ?? {}) as (keyof SweepChange)[];
  const score = (value: number | null) => (value === null ? '–' : value.toFixed(4));
  return (
    <ScrollArea className="scroll" label="Runs of the sweep, scrollable">
      <table aria-label="Runs of the sweep" className="compare-table">
        <thead>
          <tr>
            {names.map(name => (
              <th key={name} scope="col">
                {settingTexts[name].label}
              </th>
            ))}
            <th scope="col">State</th>
            <th scope="col" className="number">
              Validation Dice
            </th>
            <th scope="col" className="number">
              Test Dice
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ change, state, valDice, testDice }) => (
            <tr key={JSON.stringify(change)}>
              {names.map(name => (
                <td key={name}>{String(change[name])}</td>
              ))}
              <td>{states[state]}</td>
              <td className="number">{score(valDice)}</td>
              <td className="number">{score(testDice)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
