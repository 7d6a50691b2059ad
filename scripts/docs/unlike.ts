/** What scripts/measure-unlike.mjs found: how well images unlike the training images are told from the test images. */
import { fixed, percent, table } from './table.ts';

export interface UnlikeResult {
  readonly images: number;
  readonly heldOut: number;
  readonly components: number;
  readonly tested: number;
  readonly falselyUnlike: number;
  readonly shifts: readonly {
    readonly name: string;
    readonly images: number;
    readonly auroc: number;
    readonly unlike: number;
  }[];
}

export function unlikeTable({ tested, falselyUnlike, shifts }: UnlikeResult): string {
  return table(
    ['test images', 'images', 'AUROC of the distance', 'told as unlike'],
    [
      ['as they are', fixed(tested, 0), '', percent(falselyUnlike)],
      ...shifts.map(({ name, images, auroc, unlike }) => [name, fixed(images, 0), fixed(auroc, 3), percent(unlike)]),
    ],
  );
}
