/**
 * Near-duplicates: images that are one photograph saved, shrunk or retouched another way, told by their pixels and not by their bytes. A look is
 * a small picture of an image: means over its cells, RGB, taken from the image as it is, not as it is shrunk for training. Pure.
 */

/** Cells of a look in each direction. */
export const LOOK_SIDE = 6;
const VALUES = LOOK_SIDE * LOOK_SIDE * 3;

/**
 * Mean difference of two looks below which they count as one photograph, in levels of 255. Among 2,294 images of ISIC 2018 four pairs
 * differ by up to 0.8, and the next, which are other photographs, by 2.4 and more; copies at JPEG quality 60, and at 59 % of their size, differ by up
 * to 0.6 from what they were made of (docs/results.md).
 */
export const ALIKE_BELOW = 1.5;
const MOST = ALIKE_BELOW * VALUES;

/** Of one image among those brighter than it. Where there are more it is no copy: all look alike, and comparing all with all takes minutes. */
const MOST_PARTNERS = 20;

/** Places of two images that look alike, the first one's below the second's. */
export type AlikePair = readonly [number, number];

/** All pairs, in order, but for an image with too many. Looks [S,S,3] of S = LOOK_SIDE; undefined where there is none. */
export function findAlike(looks: readonly (Uint8Array | undefined)[]): AlikePair[] {
  // The means of two that are alike differ by no more than their looks do: only neighbours in brightness are compared, and of these
  // only those whose quarters are near.
  const bright = byBrightness(looks);
  const pairs: AlikePair[] = [];
  bright.forEach((one, i) => {
    let partners = 0;
    for (let j = i + 1; j < bright.length && partners < MOST_PARTNERS; j++) {
      const other = bright[j];
      if (!other || other.sum - one.sum >= MOST) break;
      if (!areAlike(one, other)) continue;
      partners++;
      pairs.push(one.place < other.place ? [one.place, other.place] : [other.place, one.place]);
    }
  });
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/**
 * Places in `looks` of those that look like one of `others`. Where an image looks like many of them all look alike, and it is no copy: at most one in
 * twenty, or two.
 */
export function alikeTo(
  looks: readonly (Uint8Array | undefined)[],
  others: readonly (Uint8Array | undefined)[],
): Set<number> {
  const bright = byBrightness(others);
  const most = Math.min(MOST_PARTNERS, Math.max(2, bright.length / 20));
  const found = new Set<number>();
  let first = 0;
  for (const one of byBrightness(looks)) {
    while (first < bright.length && one.sum - (bright[first]?.sum ?? 0) >= MOST) first++;
    let partners = 0;
    for (let i = first; partners <= most; i++) {
      const other = bright[i];
      if (!other || other.sum - one.sum >= MOST) break;
      if (areAlike(one, other)) partners++;
    }
    if (partners > 0 && partners <= most) found.add(one.place);
  }
  return found;
}

interface Bright {
  readonly place: number;
  readonly look: Uint8Array;
  readonly quarters: Uint32Array;
  readonly sum: number;
}

/** Darker ones first; those without a look are left out. */
function byBrightness(looks: readonly (Uint8Array | undefined)[]): Bright[] {
  return looks
    .flatMap((look, place) => {
      if (look?.length !== VALUES) return [];
      const quarters = quarterSums(look);
      return [{ place, look, quarters, sum: quarters.reduce((a, b) => a + b, 0) }];
    })
    .sort((a, b) => a.sum - b.sum || a.place - b.place);
}

function areAlike(one: Bright, other: Bright): boolean {
  return difference(one.quarters, other.quarters, MOST) < MOST && difference(one.look, other.look, MOST) < MOST;
}

/** Looks as text, one after the other; null where one has none. */
export function packLooks(looks: readonly (Uint8Array | undefined)[]): string | null {
  let bytes = '';
  for (const look of looks) {
    if (look?.length !== VALUES) return null;
    bytes += String.fromCharCode(...look);
  }
  return btoa(bytes);
}

export function unpackLooks(text: string): Uint8Array[] {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  return Array.from({ length: Math.floor(bytes.length / VALUES) }, (_, i) =>
    bytes.subarray(i * VALUES, (i + 1) * VALUES),
  );
}

/** Base64 of whole looks. */
export function areLooks(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 && bytesOfBase64(text) % VALUES === 0;
}

export function bytesOfBase64(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
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
