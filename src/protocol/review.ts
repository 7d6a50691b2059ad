/** A list of pairs to look through, and what came of each. */
import * as v from 'valibot';

export const reviewOutcomes = ['accepted', 'corrected', 'left out'] as const;
export type ReviewOutcome = (typeof reviewOutcomes)[number];

export const review = v.object({
  /** Of which images: the hash of their data set as it was read, with its masks as they came. */
  dataset: v.string(),
  /** The cross-validation by whose models the masks were judged; missing where it was the model at hand. */
  crossValidation: v.optional(v.string()),
  /** The least agreement of mask and prediction first. */
  queue: v.array(v.object({ id: v.string(), dice: v.number() })),
  /** By id; none for a pair that is still to be looked at. */
  outcomes: v.record(v.string(), v.picklist(reviewOutcomes)),
});
export type Review = v.InferOutput<typeof review>;
