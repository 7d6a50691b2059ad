export type ReviewOutcome = 'accepted' | 'corrected' | 'left out';

/** Pairs to look through, the least agreement of mask and prediction first. */
export interface Review {
  readonly queue: readonly { readonly id: string; readonly dice: number }[];
  /** By id; none for a pair that is still to be looked at. */
  readonly outcomes: Readonly<Record<string, ReviewOutcome>>;
}
