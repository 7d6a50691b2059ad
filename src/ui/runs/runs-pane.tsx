import { X } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import type { SettingName } from '../../protocol/settings.ts';
import { focusWhenShown } from '../shared/focus.ts';
import { formatBytes, plural } from '../shared/format.ts';
import { useOpened } from '../shell/places.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { ImportRuns } from './import-runs.tsx';
import { bestRun, differingSettings, MOST_COMPARED, runColours } from './run-columns.ts';
import './runs-pane.css';

// The table's and the charts' code comes with the first visit.
const RunsTable = lazy(() => import('./runs-table.tsx').then(({ RunsTable }) => ({ default: RunsTable })));
const ColumnsMenu = lazy(() => import('./columns-menu.tsx').then(({ ColumnsMenu }) => ({ default: ColumnsMenu })));
const RunPage = lazy(() => import('./run-page.tsx').then(({ RunPage }) => ({ default: RunPage })));
const Comparison = lazy(() => import('./comparison.tsx').then(({ Comparison }) => ({ default: Comparison })));

const COMPARED = 'comparison';

/** Every run that was made here, and below them the one that is open, or the ticked ones side by side. */
export function RunsPane() {
  const { runs: kept, unreadable } = useStudio(state => state.keptRuns);
  const live = useStudio(state => (runGoingOn(state) ? (state.run?.id ?? null) : null));
  const visited = useOpened('models');
  const [ticked, setTicked] = useState<readonly string[]>([]);
  /** A run's id, or the comparison. */
  const [below, setBelow] = useState<string | null>(null);
  const [columns, setColumns] = useState<readonly SettingName[] | 'differing'>('differing');

  // The one that goes on has a row of its own.
  const runs = useMemo(() => kept.filter(({ id }) => id !== live), [kept, live]);
  const differing = useMemo(() => differingSettings(runs), [runs]);
  const best = useMemo(() => bestRun(runs), [runs]);
  const here = useMemo(() => ticked.filter(id => runs.some(run => run.id === id)), [ticked, runs]);
  const colours = useMemo(() => runColours(runs, here), [runs, here]);
  const compared = useMemo(() => runs.filter(({ id }) => here.includes(id)), [runs, here]);
  const open = runs.find(({ id }) => id === below);
  const comparing = below === COMPARED && compared.length >= 2;
  const full = here.length >= MOST_COMPARED;
  const settings = columns === 'differing' ? differing : columns;
  const toggle = useCallback(
    (id: string) => setTicked(now => (now.includes(id) ? now.filter(other => other !== id) : [...now, id])),
    [],
  );
  const show = useCallback((id: string) => setBelow(now => (now === id ? null : id)), []);
  const toggleColumn = (name: SettingName) =>
    setColumns(settings.includes(name) ? settings.filter(other => other !== name) : [...settings, name]);
  return (
    <section className="runs" aria-label="Runs" data-below={open || comparing ? true : undefined}>
      <div className="bar runs-bar">
        <h2>Runs</h2>
        <Told count={runs.length} bytes={runs.reduce((sum, { bytes }) => sum + bytes, 0)} full={full} />
        <Undo />
        <span className="spring" />
        <ImportRuns />
        {runs.length > 0 && visited && (
          <>
            <button
              type="button"
              className="small only-differing"
              aria-pressed={columns === 'differing'}
              onClick={() => setColumns(columns === 'differing' ? mainSettings : 'differing')}
            >
              <span>Only settings that differ</span>
              {columns === 'differing' && <X aria-hidden />}
            </button>
            <Suspense fallback={null}>
              <ColumnsMenu shown={settings} onToggle={toggleColumn} />
            </Suspense>
            <button
              type="button"
              className="small"
              disabled={compared.length < 2}
              title={compared.length < 2 ? `Tick 2 to ${MOST_COMPARED} runs` : undefined}
              onClick={() => setBelow(comparing ? null : COMPARED)}
            >
              {`Compare ${compared.length || ''}`.trim()}
            </button>
          </>
        )}
      </div>
      {runs.length === 0 && live === null && <p className="waiting-for">Runs appear here when they end.</p>}
      {(runs.length > 0 || live !== null) && visited && (
        <Suspense fallback={<p className="waiting-for">Loading the table…</p>}>
          <RunsTable
            runs={runs}
            settings={settings}
            ticked={here}
            full={full}
            open={open?.id ?? null}
            best={best}
            colours={colours}
            onToggle={toggle}
            onOpen={show}
          />
        </Suspense>
      )}
      {unreadable > 0 && (
        <p className="sub runs-note">{`${plural(unreadable, 'run')} of another version of this page cannot be shown; they are left as they are.`}</p>
      )}
      <Suspense fallback={<p className="waiting-for">Loading…</p>}>
        {open && <RunPage key={open.id} run={open} colour={colours.get(open.id) ?? 0} onClose={() => setBelow(null)} />}
        {comparing && <Comparison runs={compared} colours={colours} onClose={() => setBelow(null)} />}
      </Suspense>
    </section>
  );
}

/** What most people change, whether it differs or not. */
const mainSettings: readonly SettingName[] = ['size', 'filters', 'batch', 'lr', 'flips'];

function Told({ count, bytes, full }: { count: number; bytes: number; full: boolean }) {
  if (count === 0) return null;
  return (
    <p className="sub">
      {full
        ? `${MOST_COMPARED} are compared at most: untick one to take another.`
        : `${count} kept in this browser, ${formatBytes(bytes)}`}
    </p>
  );
}

/** Deleting acts at once and can be taken back until the next one. */
function Undo() {
  const deleted = useStudio(state => state.deletedRun);
  const restore = useStudio(state => state.restoreRun);
  if (deleted === null) return null;
  return (
    <span className="deleted">
      <span className="sub">Run deleted.</span>
      <button type="button" className="link" ref={focusWhenShown} onClick={() => void restore()}>
        Undo
      </button>
    </span>
  );
}
