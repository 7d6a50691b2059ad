import { Curves } from '../curves/curves.tsx';
import { SettingsForm } from '../settings/settings-form.tsx';
import { EpochTable } from './epoch-table.tsx';
import { Predictions } from './predictions.tsx';
import { StartPanel } from './start-panel.tsx';
import { Sweep } from './sweep.tsx';
import { UnfinishedRuns } from './unfinished-runs.tsx';
import './train-place.css';

/** Settings and Start on the left; curves, predictions and epochs of the run at hand beside them. */
export function TrainPlace() {
  return (
    <div className="workspace train-place">
      <aside className="rail" aria-label="Set-up">
        <SettingsForm>
          <Sweep />
        </SettingsForm>
        <StartPanel />
      </aside>
      <div className="pane">
        <UnfinishedRuns />
        <Curves />
        <Predictions />
        <EpochTable />
      </div>
    </div>
  );
}
