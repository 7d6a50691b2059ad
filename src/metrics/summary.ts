/** Scores over a set of images: each is the mean over images, every image counting the same. */
import { ANY, type Column, finished, type Interval, meanIntervalsInSlices, SHARE, shareInterval } from './bootstrap.ts';
import { thresholdedJaccard } from './confusion.ts';
import type { MillimetreScores, SurfaceScores } from './surface.ts';

/** Of one image, from its four counts: known at every threshold. */
export interface Scores {
  readonly dice: number;
  readonly jaccard: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly accuracy: number;
}

/** Not in results of older versions; the boundary's only at the threshold at which they were measured. */
export type MoreScores = Partial<
  SurfaceScores & MillimetreScores & { readonly precision: number; readonly areaError: number }
>;

type Known = Scores & MoreScores;

interface Mean {
  readonly of: (image: Known) => number | undefined;
  /** What the mean can be. */
  readonly within: Interval;
}

const DISTANCE: Interval = { low: 0, high: ANY.high };

/** Every mean that has an interval, by its name in the report. */
const means = {
  meanDice: { of: image => image.dice, within: SHARE },
  meanJaccard: { of: image => image.jaccard, within: SHARE },
  meanThresholdedJaccard: { of: image => thresholdedJaccard(image.jaccard), within: SHARE },
  sensitivity: { of: image => image.sensitivity, within: SHARE },
  specificity: { of: image => image.specificity, within: SHARE },
  accuracy: { of: image => image.accuracy, within: SHARE },
  precision: { of: image => image.precision, within: SHARE },
  /** Of the errors without their signs, so that too large and too small do not cancel. */
  meanAreaError: { of: image => image.areaError && Math.abs(image.areaError), within: DISTANCE },
  meanSurfaceDice: { of: image => image.surfaceDice, within: SHARE },
  meanHausdorff95: { of: image => image.hausdorff95, within: DISTANCE },
  meanAverageSurfaceDistance: { of: image => image.averageSurfaceDistance, within: DISTANCE },
  meanSurfaceDiceMm: { of: image => image.surfaceDiceMm, within: SHARE },
  meanHausdorff95Mm: { of: image => image.hausdorff95Mm, within: DISTANCE },
  meanAverageSurfaceDistanceMm: { of: image => image.averageSurfaceDistanceMm, within: DISTANCE },
  meanBoundaryIoU: { of: image => image.boundaryIoU, within: SHARE },
} satisfies Record<string, Mean>;

type MeanName = keyof typeof means;
export const meanNames = Object.keys(means) as MeanName[];

type Always = 'meanDice' | 'meanJaccard' | 'meanThresholdedJaccard' | 'sensitivity' | 'specificity' | 'accuracy';

export type Summary = { readonly [Name in Always]: number } & {
  readonly [Name in Exclude<MeanName, Always>]?: number;
} & {
  readonly medianDice: number;
  readonly minDice: number;
  /** Share of images whose Dice is under 0.8. */
  readonly shareBelow08: number;
};

/** Means that not every image has a value for are left out. Throws RangeError where there are no images. */
export function summarise(images: readonly Known[]): Summary {
  if (images.length === 0) throw new RangeError('no images to summarise');
  const ordered = images.map(image => image.dice).sort((a, b) => a - b);
  const found = valuesByMean(images).map(([name, values]) => [name, meanOf(values)] as const);
  return {
    ...(Object.fromEntries(found) as Pick<Summary, Always>),
    medianDice: median(ordered),
    minDice: ordered[0] ?? Number.NaN,
    shareBelow08: meanOf(ordered.map(dice => (dice < 0.8 ? 1 : 0))),
  };
}

export type Intervals = Partial<Record<MeanName | 'shareBelow08', [number, number]>>;

/** 95 % intervals, [low, high], of each mean that `summarise` gives, halting now and then. Throws RangeError where there are no images. */
export function* intervalsInSlices(images: readonly Known[], draws?: number): Generator<undefined, Intervals> {
  const known = valuesByMean(images);
  const columns = known.map(([name, values]): Column => ({ values, within: means[name].within }));
  const intervals = yield* meanIntervalsInSlices(columns, draws);
  const found = intervals.map(({ low, high }, i) => [known[i]![0], [low, high]]);
  const below = shareInterval(images.filter(({ dice }) => dice < 0.8).length, images.length);
  return { ...(Object.fromEntries(found) as Intervals), shareBelow08: [below.low, below.high] };
}

/** All at once: for workers. */
export function intervalsOf(images: readonly Known[]): Intervals {
  return finished(intervalsInSlices(images));
}

function valuesByMean(images: readonly Known[]): (readonly [MeanName, number[]])[] {
  return meanNames.flatMap(name => {
    const { of }: Mean = means[name];
    const values = images.map(of).filter(value => value !== undefined);
    return values.length === images.length ? [[name, values] as const] : [];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(ordered: readonly number[]): number {
  const middle = ordered.length / 2;
  const upper = ordered[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((ordered[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
