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
      className="review-masks"
      action={startReview}
      title="Goes through the pairs outside the test part, the least agreement of mask and prediction first"
      onClick={() => void startReview()}
    >
      Review masks
    </ActionButton>
  );
}

/** Goes on with the list, wherever it was left. */
export function ContinueReview() {
  const review = useStudio(state => state.review);
  const continueReview = useStudio(state => state.continueReview);
  if (!review) return null;
  const { queue, outcomes } = review;
  const done = queue.filter(({ id }) => outcomes[id]).length;
  if (done === queue.length) return null;
  return (
    <ActionButton
      className="small"
      action={continueReview}
      title={`${done} of ${queue.length} pairs of the review queue are looked through`}
      onClick={() => void continueReview()}
    >
      {`Continue review, ${done} of ${queue.length}`}
    </ActionButton>
  );
}
