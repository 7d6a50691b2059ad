import type { EpochRecord } from '../../protocol/run.ts';
import type { SettingName } from '../../protocol/settings.ts';
import { formatDuration, formatScore } from '../shared/format.ts';
import { goTo } from '../shell/places.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { effortColumns, type RunColumn, resultColumns, shortText } from './run-columns.ts';
import { RunName } from './run-name.tsx';

const none: readonly EpochRecord[] = [];

/** The run that goes on, before it is among the kept ones. Its curves are under Train. */
export function LiveRow({ settings: names }: { settings: readonly SettingName[] }) {
  const going = useStudio(runGoingOn);
  const paused = useStudio(({ run }) => run?.state === 'paused');
  const settings = useStudio(({ run }) => run?.settings);
  const epochs = useStudio(({ run }) => run?.epochs ?? none);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const images = useStudio(({ run }) => run?.split.train.length ?? 0);
  const name = useStudio(({ run, keptRuns }) => keptRuns.runs.find(({ id }) => id === run?.id)?.name ?? 'This run');
  if (!going || !settings) return null;
  const measured: Record<string, string> = {
    'Test Dice': 'after the run',
    Validation: formatScore(epochs.find(({ epoch }) => epoch === best)?.valDice, 4),
    'Best epoch': String(best ?? '–'),
    Images: String(images),
    Time: formatDuration(epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
    Started: paused ? 'paused' : 'running',
  };
  const cell = ({ id, narrow }: RunColumn) => (
    <td key={id} className="numeric" data-wide={!narrow || undefined}>
      {measured[id]}
    </td>
  );
  const [test, ...others] = resultColumns;
  return (
    <tr className="live-row">
      <td />
      <th scope="row">
        <div className="run-cell">
          <span className="live-dot" data-paused={paused || undefined} aria-hidden="true" />
          <button type="button" className="run-open" title="Opens Train" onClick={() => goTo('train')}>
            <RunName name={name} />
          </button>
        </div>
      </th>
      {test && cell(test)}
      <td data-wide />
      {others.map(cell)}
      {names.map(setting => (
        <td key={setting} className="numeric" data-wide>
          {shortText(setting, settings[setting])}
        </td>
      ))}
      {effortColumns.map(cell)}
      <td />
    </tr>
  );
}
