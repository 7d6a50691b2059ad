import { Download, Pencil, Trash2, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { Segments } from '../shared/segments.tsx';
import { goTo } from '../shell/places.ts';
import { useStudio, useStudioStore } from '../studio-context.ts';
import { EpochRows } from '../train/epoch-table.tsx';
import { runColour } from './compare.ts';
import { NameField, RunName } from './run-name.tsx';
import { RunOverview } from './run-overview.tsx';
import { RunPictures, useRunPictures } from './run-pictures.tsx';
import { RunSettingsView } from './run-settings.tsx';
import { RunTest } from './run-test.tsx';
import './run-page.css';

type View = 'overview' | 'epochs' | 'test' | 'settings' | 'pictures';

/** One kept run, as far as its record tells. Give it the run's id as key: pictures and view are this run's. */
export function RunPage({ run, colour, onClose }: { run: KeptRun; colour: number; onClose: () => void }) {
  const load = useStudio(state => state.loadRun);
  const remove = useStudio(state => state.deleteRun);
  const report = useStudio(state => state.exportRunReport);
  const saveReport = async () => {
    const file = await report(run.id);
    if (file) download(file);
  };
  const [view, setView] = useState<View>('overview');
  const [renaming, setRenaming] = useState(false);
  const title = useId();
  const pictures = useRunPictures(run);
  const views: readonly (readonly [View, string])[] = [
    ['overview', 'Overview'],
    ['epochs', 'Epochs'],
    ...(run.test ? ([['test', 'Test']] as const) : []),
    ['settings', 'Settings'],
    ...(run.test ? ([['pictures', 'Pictures']] as const) : []),
  ];
  return (
    <section className="below run-page" aria-label="Run page">
      <div className="bar">
        <span className="run-colour" style={{ background: runColour(colour) }} aria-hidden="true" />
        {renaming ? (
          <NameField run={run} onClose={() => setRenaming(false)} />
        ) : (
          <>
            <h2 id={title} className="run-title" title={run.name}>
              <RunName name={run.name} />
            </h2>
            <button type="button" className="icon small" aria-label="Rename this run" onClick={() => setRenaming(true)}>
              <Pencil aria-hidden />
            </button>
          </>
        )}
        <Segments legend="Shown of the run" options={views} value={view} onChange={setView} />
        <span className="spring" />
        <ActionButton
          className="small"
          action={load}
          args={[run.id]}
          aria-describedby={title}
          onClick={() => void load(run.id)}
        >
          Load
        </ActionButton>
        <ContinueTraining run={run} />
        <ActionButton
          className="icon small"
          action={report}
          args={[run.id]}
          aria-label="Export this run’s report"
          aria-describedby={title}
          title="A report.json, as Import runs takes it"
          onClick={() => void saveReport()}
        >
          <Download aria-hidden />
        </ActionButton>
        <ActionButton
          className="icon small"
          action={remove}
          args={[run.id]}
          aria-label="Delete run"
          aria-describedby={title}
          onClick={() => void remove(run.id)}
        >
          <Trash2 aria-hidden />
        </ActionButton>
        <button type="button" className="icon small" aria-label="Close run" onClick={onClose}>
          <X aria-hidden />
        </button>
      </div>
      {view === 'overview' && <RunOverview run={run} pictures={pictures} />}
      {view === 'epochs' && <EpochRows epochs={run.epochs} best={run.bestEpoch} label="Epochs of the run" />}
      {view === 'test' && run.test && <RunTest test={run.test} />}
      {view === 'settings' && <RunSettingsView run={run} />}
      {view === 'pictures' && (
        <div className="scroll run-body">
          <RunPictures pictures={pictures} />
        </div>
      )}
    </section>
  );
}

/** Loads the run's weights and starts another run with them. */
function ContinueTraining({ run }: { run: KeptRun }) {
  const store = useStudioStore();
  const load = useStudio(state => state.loadRun);
  const start = useStudio(state => state.startTraining);
  const trainOn = useStudio(state => state.trainOn);
  const refusedStart = useRefusal(start);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await load(run.id);
    setBusy(false);
    // Where that failed, the page says why.
    if (store.getState().model?.keptRun !== run.id) return;
    goTo('train');
    await trainOn();
  };
  return (
    <ActionButton
      className="small"
      action={refusedStart ? start : load}
      args={refusedStart ? [] : [run.id]}
      busy={busy}
      title="A new run with the settings under Train, from these weights"
      onClick={() => void go()}
    >
      Continue training this model
    </ActionButton>
  );
}
