import { Curves } from '../curves/curves.tsx';
import { SettingsForm } from '../settings/settings-form.tsx';
import { Step } from '../shared/step.tsx';
import { Predictions } from './predictions.tsx';
import { RunControls } from './run-controls.tsx';
import { Sweep } from './sweep.tsx';
import { UnfinishedRuns } from './unfinished-runs.tsx';
import './train-step.css';

export function TrainStep() {
  return (
    <Step
      number={2}
      id="train"
      title="Train"
      lead="Set up the network, start, and watch Dice and the predicted masks. The best epoch by validation Dice is the one that is kept."
    >
      <div className="train-grid">
        <SettingsForm />
        <div className="train-view">
          <UnfinishedRuns />
          <RunControls />
          <Curves />
          <Predictions />
          <Sweep />
        </div>
      </div>
    </Step>
  );
}
