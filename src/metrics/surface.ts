/**
 * How well two masks' borders agree. X is the predicted mask, Y the true one, ∂X and ∂Y are their boundary pixels (boundary.ts), d(p, S) is
 * the distance in pixels from a pixel's centre to the nearest one of S. Definitions follow Metrics Reloaded (Maier-Hein et al. 2024).
 *
 * Both masks empty: they agree, so 1, or a distance of 0. One of them empty: 0, or the image's diagonal, the largest distance that there
 * could be, so that an image where nothing was found counts instead of dropping out of the mean.
 */
import { type Boundary, boundaryOf, distancesTo } from './boundary.ts';
import type { MaskRuns } from './mask-runs.ts';

export interface SurfaceScores {
  /** Normalised surface Dice (Nikolov et al. 2021), 0 to 1: share of both boundaries that lies within the tolerance of the other one. */
  readonly surfaceDice: number;
  /** Hausdorff distance at 95 %, in pixels: the larger one of the two directions' 95th percentiles. */
  readonly hausdorff95: number;
  /** In pixels: the mean of the two directions' mean distances (MASD). */
  readonly averageSurfaceDistance: number;
  /** Boundary IoU (Cheng et al. 2021), 0 to 1: Jaccard of the strips along the inside of both boundaries. */
  readonly boundaryIoU: number;
}

/** Of the surface Dice, in pixels of the grid on which it is counted. */
export const TOLERANCE = 2;
/** The same in millimetres, of images whose scale is known. */
export const TOLERANCE_MM = 0.5;

export interface MillimetreScores {
  /** As SurfaceScores has them; the distances in millimetres. */
  readonly surfaceDiceMm: number;
  readonly hausdorff95Mm: number;
  readonly averageSurfaceDistanceMm: number;
}

/** In an image with so many millimetres from pixel to pixel, > 0. `inPixels`: what `surfaceScores` gave. */
export function inMillimetres(
  predicted: MaskRuns,
  truth: MaskRuns,
  inPixels: SurfaceScores,
  millimetres: number,
): MillimetreScores {
  return {
    surfaceDiceMm: surfaceScores(predicted, truth, TOLERANCE_MM / millimetres).surfaceDice,
    hausdorff95Mm: inPixels.hausdorff95 * millimetres,
    averageSurfaceDistanceMm: inPixels.averageSurfaceDistance * millimetres,
  };
}

/** Width of boundary IoU's strips as a share of the image's diagonal (Cheng et al.). */
const STRIP = 0.02;

/** Throws RangeError where the masks' sides differ. */
export function surfaceScores(predicted: MaskRuns, truth: MaskRuns, tolerance = TOLERANCE): SurfaceScores {
  const { width, height } = truth;
  if (predicted.width !== width || predicted.height !== height)
    throw new RangeError(`${predicted.width} × ${predicted.height} pixels and ${width} × ${height}`);
  const [x, y] = [boundaryOf(predicted), boundaryOf(truth)];
  const diagonal = Math.hypot(width, height);
  const empty = Number(x.columns.length === 0) + Number(y.columns.length === 0);
  if (empty === 2) return { surfaceDice: 1, hausdorff95: 0, averageSurfaceDistance: 0, boundaryIoU: 1 };
  if (empty === 1) return { surfaceDice: 0, hausdorff95: diagonal, averageSurfaceDistance: diagonal, boundaryIoU: 0 };
  const [there, back] = [distancesTo(x, y), distancesTo(y, x)];
  const strip = Math.max(1, Math.round(STRIP * diagonal));
  return {
    surfaceDice: (within(there, tolerance) + within(back, tolerance)) / (there.length + back.length),
    hausdorff95: Math.max(percentile(there, 0.95), percentile(back, 0.95)),
    averageSurfaceDistance: (mean(there) + mean(back)) / 2,
    boundaryIoU: stripJaccard([predicted, x], [truth, y], strip),
  };
}

function within(distances: Float64Array, tolerance: number): number {
  let count = 0;
  for (const distance of distances) if (distance <= tolerance) count++;
  return count;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Between the two nearest of the ordered values in proportion, as numpy's default. */
export function percentile(values: Float64Array, share: number): number {
  const ordered = values.slice().sort();
  const at = share * (ordered.length - 1);
  const below = ordered[Math.floor(at)] ?? Number.NaN;
  const above = ordered[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

type Outlined = readonly [MaskRuns, Boundary];

/** |X_w ∩ Y_w| / |X_w ∪ Y_w|, X_w being the pixels of X that are less than `strip` pixels away from ∂X. */
function stripJaccard(x: Outlined, y: Outlined, strip: number): number {
  const { width, height } = x[0];
  const marks = [x, y].map(() => new Int32Array(width + 1));
  let common = 0;
  let either = 0;
  for (let row = 0; row < height; row++) {
    const drawn = [x, y].map((outlined, which) => markStrip(outlined, row, strip, marks[which]!));
    if (!drawn[0] && !drawn[1]) continue;
    const [first, second] = marks as [Int32Array, Int32Array];
    const insideX = walker(x[0], row);
    const insideY = walker(y[0], row);
    let depthX = 0;
    let depthY = 0;
    for (let column = 0; column < width; column++) {
      depthX += first[column]!;
      depthY += second[column]!;
      const inX = depthX > 0 && insideX(column);
      const inY = depthY > 0 && insideY(column);
      if (inX && inY) common++;
      if (inX || inY) either++;
    }
    for (const mark of marks) mark.fill(0);
  }
  return common / either;
}

/** Marks in a row where stretches near boundary pixels begin (+1) and have ended (−1); false where there are none. */
function markStrip([{ rows, from }, boundary]: Outlined, row: number, strip: number, marks: Int32Array): boolean {
  const { width, height, columns } = boundary;
  if (rows[row] === rows[row + 1] || from.length === 0) return false;
  let any = false;
  for (let away = 1 - strip; away < strip; away++) {
    const y = row + away;
    if (y < 0 || y >= height) continue;
    // The largest whole number whose square, with that of the rows between, is under strip².
    const reach = Math.ceil(Math.sqrt(strip * strip - away * away)) - 1;
    for (let i = boundary.rows[y]!; i < boundary.rows[y + 1]!; i++) {
      const x = columns[i]!;
      const begin = Math.max(0, x - reach);
      const end = Math.min(width, x + reach + 1);
      marks[begin] = marks[begin]! + 1;
      marks[end] = marks[end]! - 1;
      any = true;
    }
  }
  return any;
}

/** Whether a column of the row belongs to the mask, asked in rising order. */
function walker({ rows, from, to }: MaskRuns, row: number): (column: number) => boolean {
  let run = rows[row]!;
  const end = rows[row + 1]!;
  return column => {
    while (run < end && to[run]! <= column) run++;
    return run < end && from[run]! <= column;
  };
}
