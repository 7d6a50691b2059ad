import { formatDuration } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { Step } from '../shared/step.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { ScoreTable } from './score-table.tsx';
import { ScoreTiles } from './score-tiles.tsx';

export function TestStep() {
  const result = useStudio(state => state.testResult);
  return (
    <Step
      number={3}
      id="test"
      title="Test"
      lead="Score the held-out part once the network is trained: images that neither training nor the choice of the best epoch has seen."
    >
      <TestControls />
      <section className="test-results" aria-label="Test results">
        {result ? (
          <>
            <ScoreTiles result={result} />
            <ScoreTable images={result.images} />
          </>
        ) : (
          <p className="panel empty">
            No result yet. The scores and a table of all test images, worst first, come here.
          </p>
        )}
      </section>
    </Step>
  );
}

function TestControls() {
  const model = useStudio(state => state.model);
  const hasData = useStudio(state => state.dataset !== null);
  const testing = useStudio(state => state.testing);
  const active = useStudio(runGoingOn);
  const reading = useStudio(state => state.ingest !== null);
  const runTest = useStudio(state => state.runTest);
  const reason = testing
    ? ''
    : active
      ? 'Stop the run, or wait until it is done.'
      : reading
        ? 'Wait until the files are read.'
        : !model
          ? 'Train a model first, or load one: step 4.'
          : !hasData
            ? 'Load a data set first: step 1.'
            : `Tests ${model.origin}.`;
  const ready = model !== null && hasData && !active && !testing && !reading;
  return (
    <div className="panel run">
      <div className="actions">
        <button
          type="button"
          className="primary"
          disabled={!ready}
          aria-describedby="test-reason"
          onClick={() => void runTest()}
        >
          Run test split
        </button>
        <span id="test-reason" className="help">
          {reason}
        </span>
      </div>
      {testing && (
        <>
          <ProgressBar
            label="Test progress"
            fraction={testing.total > 0 ? testing.done / testing.total : undefined}
            text={`${testing.done} of ${testing.total} images`}
          />
          <p className="line number">
            {`${testing.done} of ${testing.total} images`}
            {testing.secondsLeft !== undefined && ` · ${formatDuration(testing.secondsLeft)} left`}
          </p>
        </>
      )}
    </div>
  );
}
