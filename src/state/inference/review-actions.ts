/**
 * Pairs gone through where a look pays most: those whose masks agree least with what a model finds, by the last scoring of all pairs or by a
 * cross-validation. Masks of the test part are not among them. The list stays as it was made, whatever is corrected or left out meanwhile.
 */
import { originalHash, partsById } from '../../protocol/dataset.ts';
import type { Review, ReviewOutcome } from '../../protocol/review.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { crossValidationAtHand, foldsDone, heldOutScores } from '../library/cross-validation.ts';
import { anyOf, noFiles, reading } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { testOf } from './results.ts';
import { nextToReview } from './review-state.ts';

function notScored(state: StudioState) {
  if (testOf(state)?.outcome.all) return null;
  return {
    code: 'wrong-state',
    happened: 'Nothing says yet which masks to look at first',
    remedy: 'press Score all pairs',
  } as const;
}

/** The next pair that is there and that nobody has looked at, after that one or of all. */
function nextPair({ review, dataset }: StudioState, after?: string): string | undefined {
  if (!review) return undefined;
  const { queue, outcomes } = review;
  const ids = queue.map(({ id }) => id);
  return nextToReview(ids, id => outcomes[id] === undefined && (dataset?.ids.includes(id) ?? false), after);
}

function nothingLeft(state: StudioState) {
  if (nextPair(state) !== undefined) return null;
  return {
    code: 'wrong-state',
    happened: 'No pair of a review queue is left to look at',
    remedy: 'press Review masks or Suspect masks',
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

/** From now on the list is that of the data set at hand: what is kept of it comes with it, and another's goes. */
export function followReviews({ get, set, subscribe, ask, attempt }: Context): void {
  let of: string | null = null;
  subscribe(() => {
    // As it was read: what is left out by hand is out of the list's reach, and stays in it.
    const { datasetAsRead } = get();
    const now = datasetAsRead && originalHash(datasetAsRead);
    if (now === of) return;
    of = now;
    set({ review: null });
    if (now === null) return;
    void attempt(async () => {
      const review = await ask.library.keptReview({ dataset: now });
      if (of === now && !get().review) set({ review });
    }, undefined);
  });
}

export function createReviewActions(context: Context) {
  const { get, set, ask, attempt } = context;
  const keep = (review: Review) => {
    set({ review });
    void attempt(() => ask.library.keepReview({ review }), undefined);
  };
  /** The list of these, without the test part and what is gone by now, with the editor on its first. */
  const begin = (images: readonly { readonly id: string; readonly dice: number }[], crossValidation?: string) => {
    const { dataset, datasetAsRead, currentSplit } = get();
    if (!dataset || !datasetAsRead) return;
    const parts = partsById(dataset, currentSplit);
    const shown = images.filter(({ id }) => parts.has(id) && !['test', 'left out'].includes(parts.get(id) ?? ''));
    const queue = shown.map(({ id, dice }) => ({ id, dice }));
    const [first] = queue;
    const by = crossValidation === undefined ? {} : { crossValidation };
    keep({ dataset: originalHash(datasetAsRead), ...by, queue, outcomes: {} });
    if (first) set({ editing: { id: first.id } });
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
        if (found) begin(heldOutScores(found), found.id);
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
      const { review, dataset } = get();
      // Where leaving it out failed, the problem is told, and the pair is still to be looked at.
      if (!review || (outcome === 'left out' && dataset?.ids.includes(id))) return;
      const next = { ...review, outcomes: { ...review.outcomes, [id]: outcome } };
      keep(next);
      const following = nextPair(get(), id);
      set({
        editing: following === undefined ? null : { id: following },
        ...(following === undefined && {
          message: `All ${review.queue.length} pairs of the review queue are looked through`,
        }),
      });
    },
    /** Opens the first pair of the list that nobody has looked at. */
    continueReview: action(
      context,
      anyOf(noFiles, reading, nothingLeft),
      async () => {
        const id = nextPair(get());
        if (id !== undefined) set({ editing: { id } });
      },
      undefined,
    ),
  };
}
