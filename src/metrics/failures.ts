/** How an image failed, from its scores alone: what its mask missed beside what it added. */

export const failureKinds = ['missed', 'several pieces', 'too small', 'too large', 'wrong place'] as const;
export type FailureKind = (typeof failureKinds)[number];

/** For people. */
export const failureTexts: Readonly<Record<FailureKind, string>> = {
  missed: 'Nothing was marked',
  'several pieces': 'Marked in more than one piece, none of them a speck',
  'too small': 'More missed than added',
  'too large': 'More added than missed',
  'wrong place': 'Less than half found, and less than half of what is marked is lesion',
};

interface Scored {
  readonly sensitivity: number;
  readonly precision?: number;
  /** (|X| − |Y|) / |Y|; −1 where nothing is marked. */
  readonly areaError?: number;
  /** Of what is marked, without specks; see piecesOf. */
  readonly pieces?: number;
}

/** Less than half of a lesion found, or half of what is marked no lesion. */
const HALF = 0.5;

/** undefined where the result is too old to tell. */
export function failureKind({ sensitivity, precision, areaError, pieces }: Scored): FailureKind | undefined {
  if (precision === undefined) return undefined;
  if (areaError === -1) return 'missed';
  if ((pieces ?? 1) > 1) return 'several pieces';
  if (sensitivity < HALF && precision < HALF) return 'wrong place';
  return sensitivity < precision ? 'too small' : 'too large';
}

/** The lowest tenth of images that lie worst first, at least one. */
export function lowestTenth<T>(images: readonly T[]): readonly T[] {
  return images.slice(0, Math.ceil(images.length / 10));
}

/** A piece with less of what is marked is a speck. */
const SPECK = 0.05;

/** How many of the pieces that a mask falls into are no specks. `areas`: of its connected parts, in pixels. */
export function piecesOf(areas: readonly number[]): number {
  const all = areas.reduce((sum, area) => sum + area, 0);
  return areas.filter(area => area >= SPECK * all).length;
}
