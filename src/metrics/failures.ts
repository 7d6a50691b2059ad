/** How an image failed, from its scores alone: what its mask missed beside what it added. */

export const failureKinds = ['missed', 'too small', 'too large', 'wrong place'] as const;
export type FailureKind = (typeof failureKinds)[number];

interface Scored {
  readonly sensitivity: number;
  readonly precision?: number;
  /** (|X| − |Y|) / |Y|; −1 where nothing is marked. */
  readonly areaError?: number;
}

/** Less than half of a lesion found, or half of what is marked no lesion. */
const HALF = 0.5;

/** undefined where the result is too old to tell. */
export function failureKind({ sensitivity, precision, areaError }: Scored): FailureKind | undefined {
  if (precision === undefined) return undefined;
  if (areaError === -1) return 'missed';
  if (sensitivity < HALF && precision < HALF) return 'wrong place';
  return sensitivity < precision ? 'too small' : 'too large';
}

/** The lowest tenth of images that lie worst first, at least one. */
export function lowestTenth<T>(images: readonly T[]): readonly T[] {
  return images.slice(0, Math.ceil(images.length / 10));
}
