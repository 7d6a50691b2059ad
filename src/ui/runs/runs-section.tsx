import { type FormEvent, lazy, Suspense, useId, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { focusWhenShown } from '../shared/focus.ts';
import { formatBytes, formatDate, formatDuration, formatScore, plural } from '../shared/format.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { bestValDice, trainedSeconds } from './compare.ts';
import '../models/saved-models.css';
import './runs-section.css';

const Comparison = lazy(async () => ({ default: (await import('./comparison.tsx')).Comparison }));

/** Colours of a comparison: no more runs than can be told apart. */
export const MOST_COMPARED = 6;

/** Every run that was made here. Deleting acts at once and can be taken back until the next one. */
export function RunsSection() {
  const { runs, unreadable } = useStudio(state => state.keptRuns);
  const deleted = useStudio(state => state.deletedRun);
  const restore = useStudio(state => state.restoreRun);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const compared = runs.filter(({ id }) => chosen.includes(id));
  const total = runs.reduce((sum, { bytes }) => sum + bytes, 0);
  const toggle = (id: string) =>
    setChosen(before => (before.includes(id) ? before.filter(other => other !== id) : [...before, id]));
  return (
    <section className="panel runs" aria-label="Runs">
      <h3>Runs</h3>
      {runs.length === 0 ? (
        <p className="empty">Each run is kept here from its first epoch on: settings, curves, results, best weights.</p>
      ) : (
        <>
          <p className="help number">{`${plural(runs.length, 'run')} kept in this browser, ${formatBytes(total)} of weights. ${compared.length < MOST_COMPARED ? `Tick 2 to ${MOST_COMPARED} to compare them.` : `${MOST_COMPARED} are compared at most: untick one to take another.`}`}</p>
          <ul className="plain-list saved-list">
            {runs.map(run => (
              <RunRow
                key={run.id}
                run={run}
                chosen={chosen.includes(run.id)}
                full={compared.length >= MOST_COMPARED}
                onToggle={() => toggle(run.id)}
              />
            ))}
          </ul>
        </>
      )}
      {unreadable > 0 && (
        <p className="help">{`${plural(unreadable, 'run')} of another version of this page cannot be shown; they are left as they are.`}</p>
      )}
      {deleted !== null && (
        <div className="actions">
          <p className="help">Run deleted.</p>
          <button type="button" ref={focusWhenShown} onClick={() => void restore()}>
            Undo
          </button>
        </div>
      )}
      {compared.length >= 2 && (
        <Suspense fallback={<p className="help">Loading the comparison…</p>}>
          <Comparison runs={compared} />
        </Suspense>
      )}
    </section>
  );
}

const states = { going: 'not finished', finished: 'finished', stopped: 'stopped', failed: 'failed' } as const;

function RunRow({
  run,
  chosen,
  full,
  onToggle,
}: {
  run: KeptRun;
  chosen: boolean;
  full: boolean;
  onToggle: () => void;
}) {
  const going = useStudio(state => runGoingOn(state) && state.run?.id === run.id);
  const load = useStudio(state => state.loadRun);
  const remove = useStudio(state => state.deleteRun);
  const [editing, setEditing] = useState(false);
  const id = useId();
  const { settings, epochs, test } = run;
  const facts = [
    formatDate(run.startedAt),
    `${settings.size}², ${settings.filters} filters, batch ${settings.batch}`,
    going ? 'going on' : states[run.state],
    plural(epochs.length, 'epoch'),
    ...(run.startedFrom ? [`from ${run.startedFrom}`] : []),
    formatDuration(trainedSeconds(run)),
    formatBytes(run.bytes),
  ];
  return (
    <li className="saved-row">
      <input
        type="checkbox"
        className="run-tick"
        aria-label={`Compare ${run.name}`}
        checked={chosen}
        disabled={!chosen && full}
        onChange={onToggle}
      />
      <div className="saved-text">
        <p className="saved-name breakable" id={id}>
          {run.name}
        </p>
        <p className="help number">{facts.join(' · ')}</p>
        <p className="help number">{`validation Dice ${formatScore(bestValDice(run), 4)} · test Dice ${formatScore(test?.meanDice, 4)}`}</p>
        {run.note && <p className="run-note breakable">{run.note}</p>}
      </div>
      {editing ? (
        <RunForm run={run} onClose={() => setEditing(false)} />
      ) : (
        <div className="actions">
          <ActionButton action={load} args={[run.id]} aria-describedby={id} onClick={() => void load(run.id)}>
            Load model
          </ActionButton>
          <button type="button" aria-describedby={id} onClick={() => setEditing(true)}>
            Name and note
          </button>
          <ActionButton action={remove} args={[run.id]} aria-describedby={id} onClick={() => void remove(run.id)}>
            Delete run
          </ActionButton>
        </div>
      )}
    </li>
  );
}

function RunForm({ run, onClose }: { run: KeptRun; onClose: () => void }) {
  const describeRun = useStudio(state => state.describeRun);
  const [name, setName] = useState(run.name);
  const [note, setNote] = useState(run.note);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await describeRun(run.id, name, note)) onClose();
  };
  return (
    <form
      className="run-form"
      onSubmit={event => void submit(event)}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      <input
        aria-label="Run name"
        placeholder="Name"
        value={name}
        maxLength={100}
        ref={focusWhenShown}
        onChange={event => setName(event.currentTarget.value)}
      />
      <textarea
        aria-label="Run note"
        placeholder="Note: what was tried, what came out"
        value={note}
        rows={2}
        maxLength={2000}
        onChange={event => setNote(event.currentTarget.value)}
      />
      <div className="actions">
        <button type="submit" className="primary" disabled={name.trim() === ''}>
          Save
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
