/** The first of a queue after that one (or of all) that nobody has looked at; undefined where none is left. */
export function nextToReview<T>(queue: readonly T[], isOpen: (of: T) => boolean, after?: T): T | undefined {
  const at = after === undefined ? -1 : queue.indexOf(after);
  return [...queue.slice(at + 1), ...queue.slice(0, at + 1)].find(isOpen);
}
