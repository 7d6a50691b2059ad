import { unfinishedCurve } from '../../state/library/learning-curve.ts';
import { curveSeconds } from '../../state/run/estimate.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { formatDuration } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** Runs on growing parts of the training images. What comes of them: learning-curve-view.tsx. */
export function LearningCurveForm() {
  const start = useStudio(state => state.startLearningCurve);
  const stop = useStudio(state => state.stopLearningCurve);
  const goOn = useStudio(state => state.continueLearningCurve);
  const going = useStudio(({ learningCurve }) => learningCurve?.going === true);
  const seconds = useStudio(curveSeconds);
  const left = useStudio(state => Boolean(unfinishedCurve(state)?.runs[0]));
  return (
    <div className="run-queue-body">
      <p className="help">
        {`Five runs: on 100, 80, 40, 20 and 10 % of the training images, each part within the larger one, all tested on the same images. Each takes as many steps: fewer images are seen more often.${seconds === null ? '' : ` ≈ ${formatDuration(seconds)}.`}`}
      </p>
      <div className="actions">
        {going ? (
          <ActionButton className="small" action={stop} onClick={() => void stop()}>
            Stop after this size
          </ActionButton>
        ) : (
          <>
            <ActionButton className="small" action={start} onClick={() => void start()}>
              Learning curve
            </ActionButton>
            {left && (
              <ActionButton className="small" action={goOn} onClick={() => void goOn()}>
                Continue with the sizes left
              </ActionButton>
            )}
          </>
        )}
      </div>
    </div>
  );
}
