import { useMemo } from 'react';
import { type CrossValidation, crossValidationAtHand } from '../../state/library/cross-validation.ts';
import { useStudio } from '../studio-context.ts';

/** The cross-validation at hand as the list of runs has it; null where there is none. */
export function useCrossValidation(): CrossValidation | null {
  const keptRuns = useStudio(state => state.keptRuns);
  const crossValidation = useStudio(state => state.crossValidation);
  const dataset = useStudio(state => state.dataset);
  return useMemo(
    () => crossValidationAtHand({ keptRuns, crossValidation, dataset }),
    [keptRuns, crossValidation, dataset],
  );
}
