import type { Fold, Subset } from '../../protocol/dataset.ts';

/** Which of several runs a division is of: 'fold 2 of 5', '20 % of the training images'; '' for a run of its own. */
export function seriesText({
  fold,
  subset,
}: {
  readonly fold?: Fold | undefined;
  readonly subset?: Subset | undefined;
}): string {
  if (fold) return `fold ${fold.index + 1} of ${fold.of}`;
  return subset ? `${Math.round(subset.share * 100)} % of the training images` : '';
}
