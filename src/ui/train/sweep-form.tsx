import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { isRunSetting } from '../../protocol/setting-values.ts';
import { runRecords, type SettingName, settingNames } from '../../protocol/settings.ts';
import { sweepSeconds } from '../../state/run/estimate.ts';
import { parseSweep } from '../../state/run/sweep.ts';
import { settingTexts } from '../settings/texts.ts';
import { rangeText, valueText } from '../settings/words.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { formatDuration, plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './sweep-form.css';

/** A setting of the sweep and the values to try, as they stand in the address, separated by commas. */
interface Row {
  readonly name: SettingName;
  readonly values: string;
}

const first: readonly Row[] = [{ name: 'lr', values: '' }];

/** Runs over a grid of settings, one after another. Their table: sweep-table.tsx. */
export function SweepForm() {
  const [rows, setRows] = useState(first);
  const [error, setError] = useState('');
  const start = useStudio(state => state.startSweep);
  const stop = useStudio(state => state.stopSweep);
  const going = useStudio(({ sweep }) => sweep?.going === true);
  const filled = rows.filter(({ values }) => values.trim() !== '');
  const parsed = parseSweep(filled.map(({ name, values }) => `${name} = ${values}`).join('\n'));
  const seconds = useStudio(state => ('runs' in parsed ? sweepSeconds(state, parsed.runs) : null));
  const change = (place: number, to: Partial<Row>) => {
    setError('');
    setRows(rows.map((row, i) => (i === place ? { ...row, ...to } : row)));
  };
  const free = settingNames.filter(name => rows.every(row => row.name !== name));
  const begin = () => {
    if ('error' in parsed)
      return setError(filled.length === 0 ? 'Give at least one setting its values.' : parsed.error);
    void start(parsed.runs);
  };
  return (
    <div className="run-queue-body">
      {rows.map(({ name, values }, place) => (
        <SweepRow
          // Rows have nothing of their own but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={place}
          name={name}
          values={values}
          names={[name, ...free].sort((a, b) => settingTexts[a].label.localeCompare(settingTexts[b].label))}
          onChange={to => change(place, to)}
          onRemove={rows.length > 1 ? () => setRows(rows.filter((_, i) => i !== place)) : undefined}
        />
      ))}
      <button
        type="button"
        className="link"
        onClick={() => {
          const [next] = free;
          if (next) setRows([...rows, { name: next, values: '' }]);
        }}
      >
        <Plus aria-hidden />
        Add a setting
      </button>
      <p className={error ? 'help field-error' : 'help'} role={error ? 'alert' : undefined}>
        {error ||
          ('runs' in parsed
            ? `${plural(parsed.runs.length, 'run')}, one after another${seconds === null ? '' : `: ≈ ${formatDuration(seconds)}`}. All else as set above.`
            : 'Every combination is trained and kept.')}
      </p>
      <div className="actions">
        <ActionButton className="small" action={start} onClick={begin}>
          Start sweep
        </ActionButton>
        {going && (
          <ActionButton className="small" action={stop} onClick={() => void stop()}>
            Stop after this run
          </ActionButton>
        )}
      </div>
    </div>
  );
}

function SweepRow({
  name,
  values,
  names,
  onChange,
  onRemove,
}: Row & { names: readonly SettingName[]; onChange: (to: Partial<Row>) => void; onRemove: (() => void) | undefined }) {
  const id = useId();
  const record = runRecords[name];
  return (
    <fieldset className="sweep-row">
      <legend className="visually-hidden">{`Sweep over ${settingTexts[name].label}`}</legend>
      <select
        aria-label="Setting to try"
        value={name}
        onChange={({ currentTarget }) => {
          if (isRunSetting(currentTarget.value)) onChange({ name: currentTarget.value, values: '' });
        }}
      >
        {names.map(option => (
          <option key={option} value={option}>
            {settingTexts[option].label}
          </option>
        ))}
      </select>
      {onRemove && (
        <button
          type="button"
          className="icon small"
          aria-label={`Remove ${settingTexts[name].label}`}
          onClick={onRemove}
        >
          <X aria-hidden />
        </button>
      )}
      {record.kind === 'number' ? (
        <input
          id={id}
          aria-label={`Values of ${settingTexts[name].label}`}
          placeholder={`${record.default}, …`}
          title={rangeText(record)}
          autoComplete="off"
          spellCheck={false}
          value={values}
          onChange={({ currentTarget }) => onChange({ values: currentTarget.value })}
        />
      ) : (
        <ValueTicks name={name} values={values} onChange={values => onChange({ values })} />
      )}
    </fieldset>
  );
}

/** Of a switch or a choice: each of its values to tick. */
function ValueTicks({
  name,
  values,
  onChange,
}: {
  name: SettingName;
  values: string;
  onChange: (values: string) => void;
}) {
  const record = runRecords[name];
  const options: readonly string[] = record.kind === 'choice' ? record.choices : ['0', '1'];
  const ticked = values.split(',').filter(Boolean);
  const title = (option: string) =>
    record.kind === 'choice' ? valueText(name, option as never) : option === '1' ? 'on' : 'off';
  return (
    <div className="sweep-ticks">
      {options.map(option => (
        <label key={option}>
          <input
            type="checkbox"
            checked={ticked.includes(option)}
            onChange={({ currentTarget }) =>
              onChange(options.filter(one => (one === option ? currentTarget.checked : ticked.includes(one))).join(','))
            }
          />
          <span>{title(option)}</span>
        </label>
      ))}
    </div>
  );
}
