import { Pause, Play, Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { testOf } from '../../state/inference/results.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatCount, formatDuration, formatRate, formatScore, plural } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useThrottled } from '../shared/use-throttled.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { runFraction, runStatus, runTitle } from '../train/progress.ts';
import { useWakeLock } from '../train/use-wake-lock.ts';
import { goTo, usePlace } from './places.ts';
import './run-bar.css';

/** The run, whatever place is open: how far it is, how well it does, and the buttons that act on it. */
export function RunBar() {
  const state = useStudio(({ run }) => run?.state ?? 'idle');
  const active = useStudio(runGoingOn);
  useWakeLock(active && state !== 'paused');
  const bar = useRef<HTMLElement>(null);
  const within = useRef(false);
  useEffect(() => {
    // Pause and Stop go with the run: whoever had just pressed one stays here.
    if (!active && within.current && document.activeElement === document.body) bar.current?.focus();
  }, [active]);
  return (
    <section
      className="run-bar"
      aria-label="Run"
      data-state={state}
      ref={bar}
      tabIndex={-1}
      onFocus={() => {
        within.current = true;
      }}
      onBlur={() => {
        within.current = false;
      }}
    >
      <RunStatus />
      {state === 'idle' ? <NoRun /> : <RunFigures />}
      <RunButtons />
    </section>
  );
}

function NoRun() {
  const pairs = useStudio(({ dataset }) => dataset?.ids.length);
  return (
    <div className="run-name">
      <b>No run yet</b>
      <span className="sub">{pairs === undefined ? 'no data yet' : `${plural(pairs, 'pair')} ready`}</span>
    </div>
  );
}

function RunFigures() {
  const run = useStudio(state => state.run);
  if (!run) return null;
  const { state, progress, epochs, settings, dataset } = run;
  const best = epochs.find(({ epoch }) => epoch === run.bestEpoch);
  const ended = state === 'done' || state === 'failed';
  const now = Math.min(settings.epochs, ended ? epochs.length : Math.max(1, progress?.epoch ?? 1));
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return (
    <>
      {/* Read out by the status line, in one sentence. */}
      <div className="run-name" aria-hidden="true">
        <span>
          Epoch <b>{now}</b>/{settings.epochs}
        </span>
        <span className="sub run-step">
          {state === 'done' || state === 'failed' ? endText(state, run.stopped === true) : stepText(run)}
        </span>
      </div>
      <div className="run-figures" aria-hidden="true">
        {!ended && <Figure name="validation" value={formatScore(epochs.at(-1)?.valDice, 4)} shows="validation" />}
        {best && (
          <Figure
            name={ended ? `best, in epoch ${best.epoch}` : `best, epoch ${best.epoch}`}
            value={formatScore(best.valDice, 4)}
            shows="best"
          />
        )}
        {!ended && progress?.imagesPerSecond !== undefined && (
          <Figure name="images/s" value={formatRate(progress.imagesPerSecond)} shows="speed" behind />
        )}
        {!ended && progress?.secondsLeft !== undefined && (
          <Figure name="left" value={formatDuration(progress.secondsLeft)} shows="left" behind />
        )}
        {dataset.corrected && (
          <Figure
            name={dataset.corrected.length === 1 ? 'corrected mask' : 'corrected masks'}
            value={formatCount(dataset.corrected.length)}
            shows="corrected"
            behind
          />
        )}
        {ended && epochs.length > 0 && <Figure name="in all" value={formatDuration(seconds)} shows="left" />}
      </div>
    </>
  );
}

function endText(state: 'done' | 'failed', stopped: boolean): string {
  if (state === 'failed') return 'ended by an error';
  return stopped ? 'stopped' : 'finished';
}

function stepText({
  state,
  progress,
}: {
  state: string;
  progress: { step: number; steps: number; phase: string } | null;
}): string {
  if (state === 'paused') return 'paused';
  if (state === 'finishing') return 'finishing';
  if (state === 'preparing' || !progress) return 'preparing';
  return progress.phase === 'train' ? `step ${progress.step}/${progress.steps}` : progress.phase;
}

function Figure({
  name,
  value,
  shows,
  behind = false,
}: {
  name: string;
  value: string;
  shows: string;
  behind?: boolean;
}) {
  return (
    <div className="run-figure" data-shows={shows} data-behind={behind || undefined}>
      <span>{name}</span>
      <b>{value}</b>
    </div>
  );
}

function RunButtons() {
  const state = useStudio(({ run }) => run?.state ?? 'idle');
  const active = useStudio(runGoingOn);
  const pause = useStudio(state => state.pause);
  const resume = useStudio(state => state.resume);
  const stop = useStudio(state => state.stop);
  if (state === 'idle') return null;
  if (!active) return <Next />;
  return (
    <div className="run-buttons">
      {state === 'paused' ? (
        <ActionButton className="small" action={resume} onClick={() => void resume()}>
          <Play aria-hidden />
          <span>Resume</span>
        </ActionButton>
      ) : (
        <ActionButton className="small" action={pause} onClick={() => void pause()}>
          <Pause aria-hidden />
          <span>Pause</span>
        </ActionButton>
      )}
      <ActionButton className="small" action={stop} onClick={() => void stop()}>
        <Square aria-hidden />
        <span>Stop</span>
      </ActionButton>
    </div>
  );
}

/** After a run comes the test; after a stop the run may go on. A place that has the button itself keeps it for itself. */
function Next() {
  const place = usePlace();
  const runTest = useStudio(state => state.runTest);
  const goOn = useStudio(state => state.continueRun);
  const stopped = useStudio(({ run, unfinished }) => unfinished.find(one => one.run.runId === run?.id)?.run.runId);
  const tested = useStudio(state => testOf(state)?.outcome.all === false);
  const refused = useRefusal(runTest);
  if (place === 'results' || (refused && !stopped)) return null;
  return (
    <div className="run-buttons">
      {stopped !== undefined && place !== 'train' && (
        <ActionButton className="small" action={goOn} onClick={() => void goOn(stopped)}>
          Continue
        </ActionButton>
      )}
      <ActionButton
        className={tested ? 'small' : 'small primary'}
        action={runTest}
        onClick={() => {
          goTo('results');
          void runTest();
        }}
      >
        Run test split
      </ActionButton>
    </div>
  );
}

/** For screen readers, for the title of the tab, and the line below the bar. */
function RunStatus() {
  const run = useStudio(state => state.run);
  const state = run?.state ?? 'idle';
  const progress = run?.progress ?? null;
  const epochs = run?.epochs ?? [];
  const live = runStatus(progress, state, epochs.length, run?.stopped);
  // A screen reader is told at most every two seconds; a change of state at once.
  const throttled = useThrottled(live, 2000);
  const moving = state === 'running' || state === 'preparing';
  const fraction = runFraction(progress, state);
  const title = runTitle(run?.state, epochs.length, run?.settings.epochs ?? 0, epochs.at(-1)?.valDice);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <>
      <ProgressBar label="Training progress" fraction={fraction} text={`${Math.round(fraction * 100)} %`} />
      <p className="visually-hidden" role="status" aria-label="Training status">
        {moving ? throttled : live}
      </p>
    </>
  );
}
