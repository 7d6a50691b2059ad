import type { Review } from '../../protocol/review.ts';

/** The first pair after that one (or of all) that nobody has looked at, among those that are there; undefined where none is. */
export function nextInReview(
  { queue, outcomes }: Pick<Review, 'queue' | 'outcomes'>,
  there: (id: string) => boolean,
  after?: string,
): string | undefined {
  const at = queue.findIndex(({ id }) => id === after);
  const order = [...queue.slice(at + 1), ...queue.slice(0, at + 1)];
  return order.find(({ id }) => outcomes[id] === undefined && there(id))?.id;
}
