/**
 * The power law of learning curves, error(n) = a + b·n^(−c): a is what no number of images removes, b and c how fast the rest falls
 * (Cortes et al., NIPS 1993; Hestness et al. 2017). Fitted by least squares on the errors within bounds.
 */

export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** n: number of training images. */
export interface SizedError {
  readonly n: number;
  /** 0 to 1. */
  readonly error: number;
}

/** An error is a share, and does not rise with more images; below the least exponent the law is a straight line over log n. */
export const LAW_BOUNDS = { a: [0, 1], b: [0, Number.POSITIVE_INFINITY], c: [0.05, 2] } as const;

/** From the lowest exponent to the highest. */
const STEP = 0.025;
const EXPONENTS = Array.from({ length: 79 }, (_, i) => LAW_BOUNDS.c[0] + i * STEP);

/** An error as a share, 0 to 1. */
export function errorAt({ a, b, c }: PowerLaw, n: number): number {
  return Math.min(1, Math.max(0, a + b * n ** -c));
}

/** n^(−c) of each size, with its sums: the same for every fit to errors of the same sizes. */
interface Basis {
  readonly c: number;
  readonly x: readonly number[];
  readonly mean: number;
  /** Σ(x − mean)² and Σx². */
  readonly spread: number;
  readonly squares: number;
}

function basisOf(sizes: readonly number[], c: number): Basis {
  const x = sizes.map(n => n ** -c);
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const spread = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { c, x, mean, spread, squares: x.reduce((sum, value) => sum + value * value, 0) };
}

type Fit = PowerLaw & { readonly rest: number };

/** For one exponent the law is linear: the least squares within a ≥ 0, b ≥ 0, or on the side of these bounds that is nearest. */
function fitAt({ c, x, mean, spread, squares }: Basis, errors: ArrayLike<number>): Fit {
  let [sum, product, square] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const error = errors[i]!;
    sum += error;
    product += error * x[i]!;
    square += error * error;
  }
  const n = x.length;
  // Σ(e − a − b·x)², from the sums alone.
  const restOf = (a: number, b: number) =>
    Math.max(0, square - 2 * a * sum - 2 * b * product + n * a * a + 2 * a * b * n * mean + b * b * squares);
  const b = spread > 0 ? (product - mean * sum) / spread : 0;
  const a = sum / n - b * mean;
  if (a >= 0 && b >= 0) return { a, b, c, rest: restOf(a, b) };
  const flat = Math.max(0, sum / n);
  const steep = Math.max(0, product / squares);
  const [onB, onA] = [restOf(flat, 0), restOf(0, steep)];
  return onB <= onA ? { a: flat, b: 0, c, rest: onB } : { a: 0, b: steep, c, rest: onA };
}

/** Fits many sets of errors of the same sizes; to the nearest exponent of the grid. */
export function lawFitter(sizes: readonly number[]): (errors: ArrayLike<number>) => PowerLaw {
  const bases = EXPONENTS.map(c => basisOf(sizes, c));
  return errors => {
    let best: Fit | null = null;
    for (const basis of bases) {
      const found = fitAt(basis, errors);
      if (!best || found.rest < best.rest) best = found;
    }
    const { a, b, c } = best!;
    return { a, b, c };
  };
}

/** Throws RangeError with fewer than three sizes: three numbers cannot be told from two points. */
export function fitPowerLaw(points: readonly SizedError[]): PowerLaw {
  const sizes = points.map(({ n }) => n);
  if (new Set(sizes).size < 3) throw new RangeError(`${new Set(sizes).size} sizes are too few for a power law`);
  const errors = points.map(({ error }) => error);
  const coarse = lawFitter(sizes)(errors);
  const restAt = (c: number) => fitAt(basisOf(sizes, c), errors);
  // Between the grid's neighbours the rest has one minimum: the golden section finds it.
  let [low, high] = [Math.max(LAW_BOUNDS.c[0], coarse.c - STEP), Math.min(LAW_BOUNDS.c[1], coarse.c + STEP)];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 40; i++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (restAt(left).rest < restAt(right).rest) high = right;
    else low = left;
  }
  const fine = restAt((low + high) / 2);
  const { a, b, c } = fine.rest <= restAt(coarse.c).rest ? fine : coarse;
  return { a, b, c };
}
