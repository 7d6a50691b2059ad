import { Pencil } from 'lucide-react';
import { memo } from 'react';
import type { Interval } from '../../metrics/bootstrap.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { runColour } from './compare.ts';
import { hasInterval, type RunColumn } from './run-columns.ts';
import { NameField, RunName } from './run-name.tsx';
import { intervalText } from './use-intervals.ts';

interface RowProps {
  readonly run: KeptRun;
  readonly place: number;
  readonly columns: readonly RunColumn[];
  readonly interval: Interval | undefined;
  readonly colour: number;
  readonly ticked: boolean;
  readonly disabled: boolean;
  readonly open: boolean;
  readonly best: boolean;
  readonly editing: boolean;
  readonly onToggle: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onEdit: (id: string) => void;
  readonly onEdited: (id: string) => void;
}

/** Drawn again only if something of it changes. */
export const RunRow = memo(function RunRow({
  run,
  place,
  columns,
  interval,
  colour,
  ticked,
  open,
  best,
  editing,
  ...rest
}: RowProps) {
  return (
    <tr data-open={open || undefined} aria-rowindex={place + 2}>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${run.name}`}
          checked={ticked}
          disabled={rest.disabled}
          onChange={() => rest.onToggle(run.id)}
        />
      </td>
      <th scope="row">
        <div className="run-cell">
          <span className="run-colour" style={{ background: runColour(colour) }} aria-hidden="true" />
          {editing ? (
            <NameField run={run} onClose={() => rest.onEdited(run.id)} />
          ) : (
            <button
              type="button"
              className="run-open"
              data-place={place}
              data-run={run.id}
              aria-pressed={open}
              title={run.note ? `${run.name}\n${run.note}` : run.name}
              onClick={() => rest.onOpen(run.id)}
            >
              <RunName name={run.name} />
            </button>
          )}
          {best && (
            <span className="tag" title="Highest validation Dice">
              best
            </span>
          )}
          {run.state !== 'finished' && <span className="tag plain">{states[run.state]}</span>}
        </div>
      </th>
      {columns.map(({ id, text, narrow }) => (
        <Cells key={id} id={id} narrow={narrow} text={text(run)} interval={interval} />
      ))}
      <td>
        <button
          type="button"
          className="icon small"
          aria-label={`Rename ${run.name}`}
          onClick={() => rest.onEdit(run.id)}
        >
          <Pencil aria-hidden />
        </button>
      </td>
    </tr>
  );
});

const states = { going: 'not finished', stopped: 'stopped', failed: 'failed' } as const;

function Cells({
  id,
  narrow,
  text,
  interval,
}: {
  id: string;
  narrow: boolean | undefined;
  text: string;
  interval: Interval | undefined;
}) {
  return (
    <>
      <td className="numeric" data-wide={!narrow || undefined} data-main={hasInterval(id) || undefined}>
        {text}
      </td>
      {hasInterval(id) && (
        <td className="numeric" data-wide>
          {intervalText(interval)}
        </td>
      )}
    </>
  );
}
