import { testOf } from '../../state/inference/results.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';

/** Begins to look through the masks that agree least with the predictions; there once all pairs were scored. */
export function ReviewButton() {
  const all = useStudio(state => testOf(state)?.outcome.all ?? false);
  const startReview = useStudio(state => state.startReview);
  if (!all) return null;
  return (
    <ActionButton
      action={startReview}
      title="Goes through the pairs outside the test part, the least agreement of mask and prediction first"
      onClick={() => void startReview()}
    >
      Review masks
    </ActionButton>
  );
}
