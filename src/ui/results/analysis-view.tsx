import { lazy, Suspense } from 'react';
import { testOf } from '../../state/inference/results.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { TestProgress } from './test-progress.tsx';
import { ViewSwitch } from './view-switch.tsx';

const Analysis = lazy(() => import('./analysis.tsx').then(({ Analysis }) => ({ default: Analysis })));

/** Where a tested model is weak, how it fails, and whether its probabilities mean what they say. */
export function AnalysisView({ shown }: { shown: boolean }) {
  const outcome = useStudio(state => testOf(state)?.outcome);
  return (
    <section className="workspace analysis" aria-label="Analysis" hidden={!shown} data-empty={!outcome || undefined}>
      {outcome && shown ? (
        <Suspense>
          <Analysis result={outcome.result} />
        </Suspense>
      ) : (
        <NoAnalysis />
      )}
    </section>
  );
}

function NoAnalysis() {
  const testing = useStudio(state => state.testing);
  const runTest = useStudio(state => state.runTest);
  const refused = useRefusal(runTest);
  return (
    <>
      <aside className="rail" aria-label="Analysis of">
        <div className="scroll">
          <ViewSwitch />
          <div className="block">
            <h2>No result yet</h2>
            <p className="sub">What there is to say of a test comes here.</p>
          </div>
        </div>
      </aside>
      <div className="pane first-test">
        <h2>Groups, failures, calibration</h2>
        <p>{testing ? 'The test images are being scored.' : 'They follow from the scores of the test images.'}</p>
        <div className="first-test-act">
          {testing ? (
            <TestProgress />
          ) : (
            <ActionButton className="large" action={runTest} onClick={() => void runTest()}>
              Run test split
            </ActionButton>
          )}
        </div>
        <p className="sub breakable">{testing ? '' : refused}</p>
      </div>
    </>
  );
}
