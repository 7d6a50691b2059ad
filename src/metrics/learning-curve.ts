/**
 * What more training images would give, from runs on several numbers of them: a power law, and how sure it is.
 *
 * The band is a parametric bootstrap of 1,000 draws. Each draws errors around the fitted law with two kinds of noise, and fits again:
 *
 * - which images happened to be tested: normal, with the covariance that the errors of these very images have between the runs, since all runs
 *   are tested on the same ones;
 * - what another seed or another choice of training images would have changed: normal, its variance the scatter of the points around the
 *   law, drawn with its own uncertainty (rest / χ² with as many degrees of freedom as there are points beyond three). With five points
 *   that is two, so the band is wide.
 *
 * It knows nothing of images of another kind, nor of a law that changes where nothing was measured.
 */
import { type Random, randomStream } from '../random/pcg.ts';
import type { Interval } from './bootstrap.ts';
import { errorAt, fitPowerLaw, lawFitter, type PowerLaw } from './power-law.ts';

/** A run of the curve. */
export interface CurvePoint {
  /** Number of training images. */
  readonly n: number;
  /** 1 − mean Dice. */
  readonly error: number;
  /** 1 − Dice of each scored image, the same images in the same order in all points; missing where they are not known. */
  readonly images?: readonly number[];
}

export interface CurveFit {
  readonly law: PowerLaw;
  readonly draws: readonly PowerLaw[];
}

/** Three numbers are fitted, and something must be left that tells how well they fit. */
export const LEAST_POINTS = 4;
const PARAMETERS = 3;
const DRAWS = 1000;
const STREAM = 0x1ea2;

/** null with fewer than LEAST_POINTS sizes. The same points give the same draws. */
export function fitCurve(points: readonly CurvePoint[], draws = DRAWS): CurveFit | null {
  const sizes = points.map(({ n }) => n);
  if (new Set(sizes).size < LEAST_POINTS) return null;
  const law = fitPowerLaw(points);
  const lawOf = lawFitter(sizes);
  const fitted = sizes.map(n => errorAt(law, n));
  const rest = points.reduce((sum, { error }, i) => sum + (error - fitted[i]!) ** 2, 0);
  const root = cholesky(covarianceOfMeans(points));
  const random = randomStream(STREAM, points.length, ...sizes);
  const freedom = points.length - PARAMETERS;
  const drawn = Array.from({ length: draws }, () => {
    const scatter = Math.sqrt(rest / chiSquare(random, freedom));
    const tested = times(root, normals(random, sizes.length));
    return lawOf(fitted.map((error, i) => error + tested[i]! + scatter * random.normal()));
  });
  return { law, draws: drawn };
}

/** 95 % of the draws. */
export function bandAt({ draws }: CurveFit, n: number): Interval {
  return middle(draws.map(draw => errorAt(draw, n)));
}

/** By how much the error would fall from n to more images, and 95 % of the draws of it. Never below 0: the law does not rise. */
export function gainBetween({ law, draws }: CurveFit, from: number, to: number): Interval & { readonly gain: number } {
  const gainOf = (one: PowerLaw) => errorAt(one, from) - errorAt(one, to);
  return { gain: gainOf(law), ...middle(draws.map(gainOf)) };
}

function middle(values: readonly number[]): Interval {
  const ordered = Float64Array.from(values).sort();
  const at = (share: number) => ordered[Math.round(share * (ordered.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

function normals(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.normal());
}

function chiSquare(random: Random, freedom: number): number {
  return normals(random, freedom).reduce((sum, value) => sum + value * value, 0);
}

/** Of the points' mean errors over the images that were scored; all 0 where these are not known of every point. */
export function covarianceOfMeans(points: readonly Pick<CurvePoint, 'images'>[]): number[][] {
  const count = points[0]?.images?.length ?? 0;
  const known = count > 1 && points.every(({ images }) => images?.length === count);
  const centred = points.map(({ images = [] }) => {
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    return images.map(value => value - mean);
  });
  return centred.map(a =>
    centred.map(b => (known ? a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (count - 1) / count : 0)),
  );
}

/** L with L·Lᵀ = the matrix, lower triangular; what is no more than rounding on the diagonal is 0, as in runs with equal scores. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const root = matrix.map(row => row.map(() => 0));
  for (const [i, row] of matrix.entries())
    for (let j = 0; j <= i; j++) {
      const left = row[j]! - root[i]!.slice(0, j).reduce((sum, value, k) => sum + value * root[j]![k]!, 0);
      if (i === j) root[i]![i] = left > 1e-12 * row[i]! ? Math.sqrt(left) : 0;
      else root[i]![j] = root[j]![j]! > 0 ? left / root[j]![j]! : 0;
    }
  return root;
}

function times(root: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return root.map(row => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));
}
