/** What a result says of images that its model has seen in training, in words; for the page and the report. */
import type { ImageScore, TestResult } from '../../protocol/scores.ts';

/** null where there is nothing to say: all images are new to the model, or an older version of the page scored them. */
export function seenText(
  { seen, images }: Pick<TestResult, 'seen'> & { readonly images: readonly ImageScore[] },
  all = false,
): string | null {
  if (!seen) return null;
  if (!seen.known)
    return 'This model does not say which images it was trained on: some of these may be among them, and the scores then too high.';
  const { length } = seen.ids;
  if (length === 0) return null;
  if (!all)
    return `${length} more ${length === 1 ? 'image was' : 'images were'} used to train this model, or look like one that was, and are left out.`;
  const ids = new Set(seen.ids);
  const others = images.filter(({ id }) => !ids.has(id));
  if (others.length === 0) return 'The model was trained on all of them.';
  const mean = others.reduce((sum, { dice }) => sum + dice, 0) / others.length;
  return `${length} of them were used to train this model (column seen of the CSV). Mean Dice of the other ${others.length}: ${mean.toFixed(4)}.`;
}
