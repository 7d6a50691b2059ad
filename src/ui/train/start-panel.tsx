import { samePreparation } from '../../protocol/preparation.ts';
import { RunEstimate } from '../settings/run-estimate.tsx';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatPreparation } from '../shared/format.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { keptText } from './progress.ts';
import './start-panel.css';

/** The foot of the settings: Start, and what starting means now. */
export function StartPanel() {
  const start = useStudio(state => state.startTraining);
  const prepared = useStudio(({ dataset, settings }) =>
    dataset && !samePreparation(dataset, settings) ? formatPreparation(settings) : undefined,
  );
  const active = useStudio(runGoingOn);
  const refused = useRefusal(start);
  const kept = useStudio(({ run, storagePlace }) =>
    keptText(run?.state ?? 'idle', run?.keptEpoch ?? 0, run?.keptStep ?? 0, storagePlace),
  );
  return (
    <div className="part-foot start-panel">
      {!active && <RunEstimate />}
      <ActionButton
        className="primary large"
        action={start}
        aria-describedby="start-reason"
        onClick={() => void start()}
      >
        Start training
      </ActionButton>
      <ContinueTraining />
      <p id="start-reason" className="help">
        {active
          ? `${kept} Changes here count for the next run.`
          : refused || (prepared === undefined ? kept : `The images are read again first: ${prepared}.`)}
      </p>
    </div>
  );
}

/** Another run, with the weights of the model at hand. */
function ContinueTraining() {
  const trainOn = useStudio(state => state.trainOn);
  const model = useStudio(state => state.model);
  if (!model) return null;
  return (
    <ActionButton action={trainOn} title={`Starts with the weights of: ${model.origin}`} onClick={() => void trainOn()}>
      Continue training this model
    </ActionButton>
  );
}
