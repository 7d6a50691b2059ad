import { useMemo } from 'react';
import type { Action } from '../../state/action.ts';
import type { MaskPrediction, OpenMask } from '../../state/data/correction-actions.ts';
import { useStudio } from '../studio-context.ts';
import type { SessionParts } from './session.ts';

/** Where a mask comes from and goes to: of a pair of the data set, or of an outlined image. */
export interface MaskDesk extends Pick<SessionParts, 'keepDraft' | 'save'> {
  open(): Promise<OpenMask | null>;
  predict(): Promise<MaskPrediction | null>;
  /** Whose refusal stands in the way of saving. */
  readonly saving: Pick<Action<never[], unknown>, 'refusal'>;
}

/** `outline`: the place among the outlined images; without it `id` is a pair's. */
export function useMaskDesk(id: string, outline: number | undefined): MaskDesk {
  const openMask = useStudio(state => state.openMask);
  const keepDraft = useStudio(state => state.keepDraft);
  const saveMask = useStudio(state => state.saveMask);
  const maskPrediction = useStudio(state => state.maskPrediction);
  const openOutline = useStudio(state => state.openOutline);
  const keepOutlineDraft = useStudio(state => state.keepOutlineDraft);
  const saveOutline = useStudio(state => state.saveOutline);
  const outlinePrediction = useStudio(state => state.outlinePrediction);
  return useMemo<MaskDesk>(
    () =>
      outline === undefined
        ? {
            open: () => openMask(id),
            predict: () => maskPrediction(id),
            keepDraft: draft => keepDraft(id, draft),
            save: (mask, origin) => saveMask(id, mask, origin),
            saving: saveMask,
          }
        : {
            open: () => openOutline(outline),
            predict: () => outlinePrediction(outline),
            keepDraft: draft => keepOutlineDraft(outline, draft),
            save: (mask, origin) => saveOutline(outline, mask, origin),
            saving: saveOutline,
          },
    [
      id,
      outline,
      openMask,
      keepDraft,
      saveMask,
      maskPrediction,
      openOutline,
      keepOutlineDraft,
      saveOutline,
      outlinePrediction,
    ],
  );
}
