import { useMemo } from 'react';
import { learningCurveAtHand } from '../../state/library/learning-curve.ts';
import type { Series } from '../../state/library/series.ts';
import { useStudio } from '../studio-context.ts';

/** The learning curve at hand as the list of runs has it; null where there is none. */
export function useLearningCurve(): Series | null {
  const keptRuns = useStudio(state => state.keptRuns);
  const learningCurve = useStudio(state => state.learningCurve);
  const dataset = useStudio(state => state.dataset);
  return useMemo(() => learningCurveAtHand({ keptRuns, learningCurve, dataset }), [keptRuns, learningCurve, dataset]);
}
