/**
 * Near-duplicates: images that are one photograph saved, shrunk or retouched another way, told by their pixels and not by their bytes.
 * In one part of a split only, for a network that was trained on an image is not tested by its copy. Pure.
 */

/** Side of the small picture that images are compared by: means over its cells, RGB. Taken from the image as it is, not as it is shrunk. */
export const LOOK_SIDE = 16;

/**
 * Mean difference of two looks below which they count as one photograph, in levels of 255. Among 2,294 images of ISIC 2018 four pairs
 * differ by up to 0.8, and the next, which are other photographs, by 2.4 and more (docs/results.md).
 */
export const ALIKE_BELOW = 1.5;

/**
 * A group that near-duplicates join grows to this share of all images at most: where everything looks alike nothing tells copies apart,
 * and the parts must not come out empty. So fewer than 40 images have none.
 */
const LARGEST_SHARE = 0.05;

/** Of one image among those brighter than it. Where there are more it is no copy: all look alike, and comparing all with all takes minutes. */
const MOST_PARTNERS = 20;

/** Places of two images that look alike, the first one's below the second's. */
export type AlikePair = readonly [number, number];

/** All pairs, in order, but for an image with too many. Looks [S,S,3] of S = LOOK_SIDE; undefined where there is none. */
export function findAlike(looks: readonly (Uint8Array | undefined)[]): AlikePair[] {
  const values = LOOK_SIDE * LOOK_SIDE * 3;
  const most = ALIKE_BELOW * values;
  // The means of two that are alike differ by no more than their looks do: only neighbours in brightness are compared, and of these
  // only those whose quarters are near.
  const bright = looks
    .flatMap((look, place) => {
      if (look?.length !== values) return [];
      const quarters = quarterSums(look);
      return [{ place, look, quarters, sum: quarters.reduce((a, b) => a + b, 0) }];
    })
    .sort((a, b) => a.sum - b.sum || a.place - b.place);
  const pairs: AlikePair[] = [];
  bright.forEach((one, i) => {
    let partners = 0;
    for (let j = i + 1; j < bright.length && partners < MOST_PARTNERS; j++) {
      const other = bright[j];
      if (!other || other.sum - one.sum >= most) break;
      if (difference(one.quarters, other.quarters, most) >= most) continue;
      if (difference(one.look, other.look, most) >= most) continue;
      partners++;
      pairs.push(one.place < other.place ? [one.place, other.place] : [other.place, one.place]);
    }
  });
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Sums of each colour over each quarter of a look: [2,2,3]. Their differences add up to no more than the looks' own. */
function quarterSums(look: Uint8Array): Uint32Array {
  const sums = new Uint32Array(12);
  const half = LOOK_SIDE / 2;
  look.forEach((value, at) => {
    const pixel = Math.floor(at / 3);
    const quarter = (Math.floor(pixel / LOOK_SIDE / half) * 2 + Math.floor((pixel % LOOK_SIDE) / half)) * 3;
    sums[quarter + (at % 3)] = (sums[quarter + (at % 3)] ?? 0) + value;
  });
  return sums;
}

/** Sum of absolute differences, or anything from `enough` on. */
function difference(a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array, enough: number): number {
  let sum = 0;
  for (let i = 0; i < a.length && sum < enough; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum;
}

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
