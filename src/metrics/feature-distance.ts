/**
 * How unlike the training images an image is: the Mahalanobis distance of its features from theirs along their principal components (Lee et al.,
 * NeurIPS 2018, take it for deep features; the components are those of the correlation matrix), joined with what no component holds of it (the
 * squared prediction error of Jackson and Mudholkar, Technometrics 21, 1979): few images tell few components, and what is unlike may lie
 * beside all of them. The features are the network's own,
 * means of its bottleneck's channels, and seven of the picture itself, for an instance norm takes brightness, contrast and much of the noise away
 * before the bottleneck sees them.
 */
import { symmetricEigen } from './symmetric-eigen.ts';

export const PICTURE_FEATURES = 7;

/** Fewer training images tell nothing of how such images differ. */
export const LEAST_TRAINING = 20;
/** With fewer held-out images a level that one in twenty like them passes by chance cannot be told. */
export const LEAST_HELD_OUT = 19;
/** Share of held-out images that may lie above the level. */
const ABOVE = 0.01;

const MOST_COMPONENTS = 32;
/** A variance along a component is known well enough from this many images for each. */
const IMAGES_PER_COMPONENT = 6;

/** What the training images' features are like. */
export interface FeatureSpace {
  /** [features]. */
  readonly mean: Float32Array;
  /** [features]: 1 / standard deviation; 0 of a feature that never varies. */
  readonly scale: Float32Array;
  /** [components, features]: of what is left without the mean it makes values that vary by 1, each with none of the others. */
  readonly whiten: Float32Array;
  /** [components]: of the scaled features along each component, the largest first. */
  readonly variances: Float32Array;
  /** Mean square of what the components leave of the scaled features; 0 where they leave nothing. */
  readonly rest: number;
}

/** Of a picture RGB [S,S,3], 0 to 255: mean and log standard deviation of each colour, and the log mean size of its Laplacian. */
export function pictureFeatures(image: Uint8Array, size: number): Float64Array {
  const sums = new Float64Array(3);
  const squares = new Float64Array(3);
  let laplacian = 0;
  const row = 3 * size;
  for (let at = 0; at < image.length; at++) {
    const value = image[at]! / 255;
    sums[at % 3]! += value;
    squares[at % 3]! += value * value;
    const [x, y] = [Math.floor(at / 3) % size, Math.floor(at / row)];
    if (x === 0 || y === 0 || x === size - 1 || y === size - 1) continue;
    laplacian += Math.abs(4 * image[at]! - image[at - 3]! - image[at + 3]! - image[at - row]! - image[at + row]!) / 255;
  }
  const pixels = size * size;
  const features = new Float64Array(PICTURE_FEATURES);
  for (let c = 0; c < 3; c++) {
    const mean = sums[c]! / pixels;
    features[c] = mean;
    features[3 + c] = Math.log(Math.sqrt(Math.max(0, squares[c]! / pixels - mean * mean)) + 1e-3);
  }
  features[6] = Math.log(laplacian / (3 * Math.max(1, (size - 2) ** 2)) + 1e-3);
  return features;
}

/** Of training images' features, one array for each image; null where there are too few. A feature that never varies is left out of account. */
export function featureSpace(rows: readonly Float64Array[]): FeatureSpace | null {
  const count = rows.length;
  const features = rows[0]?.length ?? 0;
  if (count < LEAST_TRAINING || features === 0) return null;
  const mean = new Float64Array(features);
  for (const row of rows)
    row.forEach((value, f) => {
      mean[f]! += value / count;
    });
  const variances = new Float64Array(features);
  for (const row of rows)
    row.forEach((value, f) => {
      variances[f]! += (value - mean[f]!) ** 2 / count;
    });
  const scale = variances.map((variance, f) => (variance > (1e-6 * mean[f]!) ** 2 ? 1 / Math.sqrt(variance) : 0));
  const z = rows.map(row => row.map((value, f) => (value - mean[f]!) * scale[f]!));
  // The products of images with each other have the components that the products of features have: whichever are fewer.
  const ofImages = count < features;
  const vectors = ofImages ? z : Array.from({ length: features }, (_, f) => Float64Array.from(z, row => row[f]!));
  const side = vectors.length;
  const products = new Float64Array(side * side);
  for (let i = 0; i < side; i++)
    for (let j = i; j < side; j++) products[i * side + j] = inner(vectors[i]!, vectors[j]!) / count;
  const { values, vectors: directions } = symmetricEigen(products, side);
  const varying = values.filter(value => value > 1e-6 * values[0]!).length;
  const components = Math.min(MOST_COMPONENTS, Math.floor(count / IMAGES_PER_COMPONENT), varying);
  if (components === 0) return null;
  const whiten = new Float32Array(components * features);
  for (let k = 0; k < components; k++) {
    const direction = directions.subarray(k * side, (k + 1) * side);
    const unit = ofImages ? combined(z, direction, Math.sqrt(count * values[k]!)) : direction;
    for (let f = 0; f < features; f++) whiten[k * features + f] = (unit[f]! * scale[f]!) / Math.sqrt(values[k]!);
  }
  const held = values.subarray(0, components).reduce((sum, value) => sum + value, 0);
  const rest = values.reduce((sum, value) => sum + Math.max(0, value), 0) - held;
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(scale),
    whiten,
    variances: Float32Array.from(values.subarray(0, components)),
    rest: rest > 1e-6 * held ? rest : 0,
  };
}

/** Σ weights[i]·rows[i] / length. */
function combined(rows: readonly Float64Array[], weights: Float64Array, length: number): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  rows.forEach((row, i) => {
    for (let f = 0; f < sum.length; f++) sum[f]! += (row[f]! * weights[i]!) / length;
  });
  return sum;
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Root of the mean of both parts, each of which is 1 on average over the training images. ≥ 0. */
export function featureDistance(space: FeatureSpace, features: ArrayLike<number>): number {
  const { mean, scale, whiten, variances, rest } = space;
  const count = mean.length;
  const away = Float64Array.from(mean, (value, f) => features[f]! - value);
  let left = 0;
  for (let f = 0; f < count; f++) left += (scale[f]! * away[f]!) ** 2;
  let squares = 0;
  for (const [k, variance] of variances.entries()) {
    let along = 0;
    for (let f = 0; f < count; f++) along += whiten[k * count + f]! * away[f]!;
    squares += along * along;
    left -= variance * along * along;
  }
  const held = squares / variances.length;
  return Math.sqrt(rest > 0 ? (held + Math.max(0, left) / rest) / 2 : held);
}

/**
 * The distance above which an image counts as unlike, from those of held-out images: one of them in a hundred lies above it, or none where they are
 * fewer; another image like them does with a chance of at most 1 in 20. null where there are too few to say that.
 */
export function unlikeLevel(heldOut: readonly number[]): number | null {
  if (heldOut.length < LEAST_HELD_OUT) return null;
  const sorted = heldOut.toSorted((a, b) => b - a);
  return sorted[Math.floor(ABOVE * sorted.length)]!;
}
