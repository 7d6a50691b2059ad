/**
 * Pairs gone through where a look pays most: those whose masks agree least with what a model finds, by the last scoring of all pairs or by a
 * cross-validation. Masks of the test part are not among them. The list stays as it was made, whatever is corrected or left out meanwhile.
 */
import { partsById } from '../../protocol/dataset.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { crossValidationAtHand, foldsDone, heldOutScores } from '../library/cross-validation.ts';
import { anyOf, noFiles, reading } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { testOf } from './results.ts';
import type { ReviewOutcome } from './review-state.ts';

function notScored(state: StudioState) {
  if (testOf(state)?.outcome.all) return null;
  return {
    code: 'wrong-state',
    happened: 'Nothing says yet which masks to look at first',
    remedy: 'press Score all pairs',
  } as const;
}

function notCrossValidated(state: StudioState) {
  const found = crossValidationAtHand(state);
  if (found && foldsDone(found) > 0) return null;
  return {
    code: 'wrong-state',
    happened: 'No fold of this data set was scored yet',
    remedy: 'press Cross-validate under Train',
  } as const;
}

export function createReviewActions(context: Context) {
  const { get, set } = context;
  /** The list of these, without the test part and what is gone by now, with the editor on its first. */
  const begin = (images: readonly { readonly id: string; readonly dice: number }[]) => {
    const { dataset, currentSplit } = get();
    if (!dataset) return;
    const parts = partsById(dataset, currentSplit);
    const shown = images.filter(({ id }) => parts.has(id) && !['test', 'left out'].includes(parts.get(id) ?? ''));
    const queue = shown.map(({ id, dice }) => ({ id, dice }));
    const [first] = queue;
    set({ review: { queue, outcomes: {} }, ...(first && { editing: { id: first.id } }) });
  };
  return {
    /**
     * The same list by a cross-validation: each pair's mask against the prediction of a model that was not trained on it, so that no model
     * has learnt a wrong mask by heart.
     */
    reviewSuspects: action(
      context,
      anyOf(noFiles, reading, notCrossValidated),
      async () => {
        const found = crossValidationAtHand(get());
        if (found) begin(heldOutScores(found));
      },
      undefined,
    ),
    /** Makes the list, and opens the editor on its first pair. */
    startReview: action(
      context,
      anyOf(noFiles, reading, notScored),
      async () => {
        const outcome = testOf(get())?.outcome;
        if (outcome) begin(outcome.result.images);
      },
      undefined,
    ),
    /** Writes down what came of a pair, and opens the next one that nobody has looked at; closes the editor after the last. */
    reviewed(id: string, outcome: ReviewOutcome): void {
      const { review } = get();
      if (!review) return;
      const outcomes = { ...review.outcomes, [id]: outcome };
      const at = review.queue.findIndex(each => each.id === id);
      const after = [...review.queue.slice(at + 1), ...review.queue.slice(0, at + 1)];
      const next = after.find(each => outcomes[each.id] === undefined);
      set({
        review: { ...review, outcomes },
        editing: next ? { id: next.id } : null,
        ...(next ? {} : { message: `All ${review.queue.length} pairs of the review queue are looked through` }),
      });
    },
  };
}
