import { Curves } from '../curves/curves.tsx';
import { SettingsForm } from '../settings/settings-form.tsx';
import { useStudio } from '../studio-context.ts';
import { NotifyEnd } from './notify-end.tsx';
import { Predictions } from './predictions.tsx';
import { RunQueues } from './run-queues.tsx';
import { RunTables } from './run-tables.tsx';
import { StartPanel } from './start-panel.tsx';
import { UnfinishedRuns } from './unfinished-runs.tsx';
import './train-place.css';

/** Settings and Start on the left; curves, predictions and epochs of the run at hand beside them. */
export function TrainPlace() {
  const run = useStudio(({ run }) => run !== null);
  return (
    <div className="workspace train-place" data-run={run || undefined}>
      <aside className="rail" aria-label="Set-up">
        <SettingsForm>
          <RunQueues />
          <div className="block">
            <NotifyEnd />
          </div>
        </SettingsForm>
        <StartPanel />
      </aside>
      <div className="pane">
        <UnfinishedRuns />
        <Curves />
        <Predictions />
        <RunTables />
      </div>
    </div>
  );
}
