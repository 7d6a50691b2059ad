/**
 * How far the review of each data set came, so that it goes on after a reload. A few kilobytes each: none is removed but by erasing all.
 *
 *   reviews/<hash>.json    {version, review}
 *
 * Promises: what it gives was written whole. Must not know: what pairs are.
 */
import * as v from 'valibot';
import { type Review, review } from '../protocol/review.ts';
import { isQuota } from './space.ts';
import { openStore, type Store } from './store.ts';

export const REVIEWS = 'reviews';
/** SCHEMA: raise it when the layout above changes; a file of another version counts as missing. */
const VERSION = 1;

const keptReview = v.object({ version: v.literal(VERSION), review });

const fileOf = (dataset: string) => `${dataset}.json`;

/** In the place of the one before. Where there is no room none is kept: the masks that were corrected are, and count for more. */
export async function keepReview(kept: Review, store: Store | Promise<Store> = openStore()): Promise<void> {
  const folder = (await store).root.folder(REVIEWS);
  const text = JSON.stringify({ version: VERSION, review: kept } satisfies v.InferInput<typeof keptReview>);
  try {
    await folder.write(fileOf(kept.dataset), new TextEncoder().encode(text));
  } catch (thrown) {
    if (!isQuota(thrown)) throw thrown;
    await folder.remove(fileOf(kept.dataset));
  }
}

/** null where none of that data set is kept, or it was cut short by a crash. */
export async function findReview(dataset: string, store: Store | Promise<Store> = openStore()): Promise<Review | null> {
  const bytes = await (await store).root.folder(REVIEWS).read(fileOf(dataset));
  if (!bytes) return null;
  try {
    const parsed = v.safeParse(keptReview, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success && parsed.output.review.dataset === dataset ? parsed.output.review : null;
  } catch {
    return null;
  }
}
