/**
 * Near-duplicates (protocol/looks.ts) stay in one part of a split, for a network that was trained on an image is not tested by its copy. Pure.
 */
import type { AlikePair } from '../protocol/looks.ts';

/**
 * A group that near-duplicates join grows to this share of all images at most: where everything looks alike nothing tells copies apart,
 * and the parts must not come out empty. So fewer than 40 images have none.
 */
const LARGEST_SHARE = 0.05;

/** The groups with those of alike images made one, numbered anew from 0 in the order in which they come; and the pairs that were joined. */
export function joinAlike(
  groups: readonly number[],
  pairs: readonly AlikePair[],
): { groups: number[]; joined: AlikePair[] } {
  const parent = new Map<number, number>();
  const size = new Map<number, number>();
  for (const group of groups) {
    parent.set(group, group);
    size.set(group, (size.get(group) ?? 0) + 1);
  }
  const root = (group: number): number => {
    const above = parent.get(group) ?? group;
    return above === group ? group : root(above);
  };
  const most = Math.floor(groups.length * LARGEST_SHARE);
  const joined = pairs.filter(([a, b]) => {
    const [one, other] = [root(groups[a] ?? -1), root(groups[b] ?? -1)];
    if (one === other) return false;
    const together = (size.get(one) ?? 0) + (size.get(other) ?? 0);
    if (together > most) return false;
    parent.set(other, one);
    size.set(one, together);
    return true;
  });
  const numbers = new Map<number, number>();
  const renumbered = groups.map(group => {
    const of = root(group);
    const number = numbers.get(of) ?? numbers.size;
    numbers.set(of, number);
    return number;
  });
  return { groups: renumbered, joined };
}
