import { useEffect } from 'react';
import { samePreparation } from '../../protocol/preparation.ts';
import { formatPreparation } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useThrottled } from '../shared/use-throttled.ts';
import { useStudio } from '../studio-context.ts';
import { NotifyEnd } from './notify-end.tsx';
import { keptText, runFraction, runStatus, runTitle } from './progress.ts';
import { useWakeLock } from './use-wake-lock.ts';

export function RunControls() {
  const state = useStudio(({ run }) => run?.state ?? 'idle');
  const hasData = useStudio(({ dataset, currentSplit }) => dataset !== null && currentSplit !== null);
  const reading = useStudio(({ ingest }) => ingest !== null);
  const device = useStudio(state => state.device);
  const testing = useStudio(state => state.testing !== null);
  const start = useStudio(state => state.startTraining);
  const pause = useStudio(state => state.pause);
  const resume = useStudio(state => state.resume);
  const stop = useStudio(state => state.stop);
  const prepared = useStudio(({ dataset, settings }) =>
    dataset && !samePreparation(dataset, settings) ? formatPreparation(settings) : undefined,
  );
  const active = !['idle', 'done', 'failed'].includes(state);
  useWakeLock(active && state !== 'paused');
  const reason = active
    ? ''
    : reading
      ? 'Wait until the files are read.'
      : !hasData
        ? 'Load a data set first: step 1.'
        : !device
          ? device === null
            ? 'No device to train on: see the note at the top.'
            : 'Looking for a device…'
          : testing
            ? 'Wait until the test is over.'
            : '';
  return (
    <div className="panel run" id="run" tabIndex={-1}>
      <div className="actions">
        <button
          type="button"
          className="primary"
          disabled={active || reason !== ''}
          aria-describedby="start-reason"
          onClick={() => void start()}
        >
          Start training
        </button>
        <TrainOn disabled={active || reason !== ''} />
        <button type="button" disabled={state !== 'running'} onClick={() => void pause()}>
          Pause
        </button>
        <button type="button" disabled={state !== 'paused'} onClick={() => void resume()}>
          Resume
        </button>
        <button type="button" disabled={!active || state === 'finishing'} onClick={() => void stop()}>
          Stop
        </button>
        <span id="start-reason" className="help">
          {reason || (!active && prepared !== undefined && `The images are read again first: ${prepared}.`)}
        </span>
      </div>
      <RunProgressLine />
      <NotifyEnd />
    </div>
  );
}

/** Another run, with the weights of the model at hand. */
function TrainOn({ disabled }: { disabled: boolean }) {
  const start = useStudio(state => state.startTraining);
  const model = useStudio(state => state.model);
  const fits = useStudio(({ model, settings }) => model?.arch === settings.arch && model.filters === settings.filters);
  if (!model) return null;
  const title = fits
    ? `Starts with the weights of: ${model.origin}`
    : `The current model has other layers: ${model.arch}, ${model.filters} base filters`;
  return (
    <button type="button" disabled={disabled || !fits} title={title} onClick={() => void start(true)}>
      Train the current model on
    </button>
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
