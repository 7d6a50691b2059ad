import { useEffect } from 'react';
import { samePreparation } from '../../protocol/preparation.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatPreparation } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useThrottled } from '../shared/use-throttled.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { NotifyEnd } from './notify-end.tsx';
import { keptText, runFraction, runStatus, runTitle } from './progress.ts';
import { useWakeLock } from './use-wake-lock.ts';
import './run-controls.css';

export function RunControls() {
  const state = useStudio(({ run }) => run?.state ?? 'idle');
  const start = useStudio(state => state.startTraining);
  const pause = useStudio(state => state.pause);
  const resume = useStudio(state => state.resume);
  const stop = useStudio(state => state.stop);
  const prepared = useStudio(({ dataset, settings }) =>
    dataset && !samePreparation(dataset, settings) ? formatPreparation(settings) : undefined,
  );
  const active = useStudio(runGoingOn);
  useWakeLock(active && state !== 'paused');
  const refused = useRefusal(start);
  return (
    <div className="panel run" id="run" tabIndex={-1}>
      <div className="actions">
        <ActionButton className="primary" action={start} aria-describedby="start-reason" onClick={() => void start()}>
          Start training
        </ActionButton>
        <TrainOn />
        <ActionButton action={pause} onClick={() => void pause()}>
          Pause
        </ActionButton>
        <ActionButton action={resume} onClick={() => void resume()}>
          Resume
        </ActionButton>
        <ActionButton action={stop} onClick={() => void stop()}>
          Stop
        </ActionButton>
        <span id="start-reason" className="help">
          {!active && (refused || (prepared !== undefined && `The images are read again first: ${prepared}.`))}
        </span>
      </div>
      <RunProgressLine />
      <NotifyEnd />
    </div>
  );
}

/** Another run, with the weights of the model at hand. */
function TrainOn() {
  const trainOn = useStudio(state => state.trainOn);
  const model = useStudio(state => state.model);
  if (!model) return null;
  return (
    <ActionButton action={trainOn} title={`Starts with the weights of: ${model.origin}`} onClick={() => void trainOn()}>
      Train the current model on
    </ActionButton>
  );
}

function RunProgressLine() {
  const run = useStudio(state => state.run);
  const place = useStudio(state => state.storagePlace);
  const state = run?.state ?? 'idle';
  const progress = run?.progress ?? null;
  const epochs = run?.epochs ?? [];
  const live = runStatus(progress, state, epochs.length);
  // A screen reader is told at most every two seconds; a change of state at once.
  const throttled = useThrottled(live, 2000);
  const moving = state === 'running' || state === 'preparing';
  const text = moving ? throttled : live;
  const fraction = runFraction(progress, state);
  const title = runTitle(run?.state, epochs.length, run?.settings.epochs ?? 0, epochs.at(-1)?.valDice);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <ProgressBar label="Training progress" fraction={fraction} text={`${Math.round(fraction * 100)} %`} />
      <p className="line number" role="status" aria-label="Training status">
        {text}
      </p>
      <p className="help number">{keptText(state, run?.keptEpoch ?? 0, run?.keptStep ?? 0, place)}</p>
    </>
  );
}
