import { lazy, Suspense, useEffect } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { knownThreshold } from '../../state/inference/at-threshold.ts';
import { testOf } from '../../state/inference/results.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { RefinementsBlock } from './refinements-block.tsx';
import { TestProgress } from './test-progress.tsx';
import { ThresholdBlock } from './threshold-block.tsx';
import { knownText } from './threshold-words.ts';
import { ViewSwitch } from './view-switch.tsx';

/** Nobody needs them before a test. */
const loadScores = () => import('./scores.tsx');
const Scores = lazy(() => loadScores().then(({ Scores }) => ({ default: Scores })));

/** Scores of images with masks: the figures, the images from the worst on, and the one that is open. */
export function ScoresView({ shown }: { shown: boolean }) {
  const tested = useStudio(state => testOf(state) !== null);
  return (
    <section className="workspace results" aria-label="Test results" hidden={!shown} data-empty={!tested || undefined}>
      {tested ? (
        <Suspense>
          <Scores shown={shown} />
        </Suspense>
      ) : (
        <NoScores shown={shown} />
      )}
    </section>
  );
}

function NoScores({ shown }: { shown: boolean }) {
  const known = useStudio(({ model, refinements }) => (model ? knownThreshold(model, refinements) : undefined));
  const ensemble = useStudio(({ model }) => model?.networks !== undefined);
  const testing = useStudio(state => state.testing);
  // Here before the scores are.
  const isTesting = testing !== null;
  useEffect(() => {
    if (isTesting) void loadScores();
  }, [isTesting]);
  const scoreAll = useStudio(state => state.scoreAll);
  const runTest = useStudio(state => state.runTest);
  const refused = useRefusal(runTest);
  const origin = useStudio(state => state.model?.origin);
  return (
    <>
      <aside className="rail" aria-label="Scores">
        <div className="scroll">
          <ViewSwitch />
          <div className="block">
            <h2>No result yet</h2>
            <p className="sub">The score of the test images comes here.</p>
          </div>
          {shown && (
            <>
              <ThresholdBlock
                best={known ? Math.round(known.value * LEVELS) : null}
                told={knownText(known, ensemble)}
              />
              <RefinementsBlock />
            </>
          )}
        </div>
        <div className="part-foot results-foot">
          <ActionButton action={scoreAll} aria-describedby="test-reason" onClick={() => void scoreAll()}>
            Score all pairs
          </ActionButton>
        </div>
      </aside>
      <div className="pane first-test">
        <h2>Per-image scores</h2>
        <p>{testing ? 'The test images are being scored.' : 'Scores of all test images, worst first, come here.'}</p>
        <div className="first-test-act">
          {testing ? (
            <TestProgress />
          ) : (
            <ActionButton
              className="primary large"
              action={runTest}
              aria-describedby="test-reason"
              onClick={() => void runTest()}
            >
              Run test split
            </ActionButton>
          )}
        </div>
        <p id="test-reason" className="sub breakable">
          {testing ? '' : refused || `Tests ${origin}.`}
        </p>
      </div>
    </>
  );
}
