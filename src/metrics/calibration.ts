/** Whether probabilities mean what they say: of the pixels at 0.8, are 80 % lesion? */

/** Bins of the reliability diagram, of equal width in probability. */
export const BINS = 10;
/** Logits are counted from −RANGE to RANGE in steps of STEP, and beyond in the last ones: 32-bit probabilities end there anyway. */
const RANGE = 16;
const STEP = 0.05;
const LOGITS = Math.round((2 * RANGE) / STEP);

/** Pixels of many images, counted; plain sums, so that nothing has to be kept of the images. */
export interface PixelCounts {
  /** [BINS]: pixels, the sum of their probabilities, and how many are lesion. */
  readonly pixels: Float64Array;
  readonly probability: Float64Array;
  readonly lesion: Float64Array;
  /** [2·LOGITS]: skin pixels by logit, then lesion pixels. */
  readonly logits: Float64Array;
}

export function noPixels(): PixelCounts {
  return {
    pixels: new Float64Array(BINS),
    probability: new Float64Array(BINS),
    lesion: new Float64Array(BINS),
    logits: new Float64Array(2 * LOGITS),
  };
}

/** Probabilities of lesion in 0..1 and truth (0/1) of the same pixels. Throws RangeError where their lengths differ. */
export function addPixels(counts: PixelCounts, probabilities: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (probabilities.length !== truth.length)
    throw new RangeError(`${probabilities.length} predicted pixels and ${truth.length} true ones`);
  const { pixels, probability, lesion, logits } = counts;
  for (let i = 0; i < truth.length; i++) {
    const p = probabilities[i]!;
    const isLesion = truth[i] ? 1 : 0;
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    pixels[bin] = pixels[bin]! + 1;
    probability[bin] = probability[bin]! + p;
    lesion[bin] = lesion[bin]! + isLesion;
    const place = Math.floor((Math.log(p / (1 - p)) + RANGE) / STEP);
    const at = Math.min(LOGITS - 1, Math.max(0, place)) + isLesion * LOGITS;
    logits[at] = logits[at]! + 1;
  }
}

export interface ReliabilityBin {
  /** The bin's probabilities, above `from` and up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  /** Mean probability, and the share that is lesion; 0 for no pixels. */
  readonly predicted: number;
  readonly lesion: number;
}

export function reliability({ pixels, probability, lesion }: Omit<PixelCounts, 'logits'>): ReliabilityBin[] {
  return Array.from(pixels, (count, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    pixels: count,
    predicted: count > 0 ? probability[bin]! / count : 0,
    lesion: count > 0 ? lesion[bin]! / count : 0,
  }));
}

/** Expected calibration error: Σ (pixels of the bin / all) · |predicted − lesion| (Naeini et al. 2015), of the probability of lesion. */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { pixels }) => sum + pixels, 0);
  return bins.reduce((sum, { pixels, predicted, lesion }) => sum + (pixels / all) * Math.abs(predicted - lesion), 0);
}

/**
 * The temperature T that makes σ(logit / T) most likely (Guo et al. 2017): above 1 where the network is too sure. The log-likelihood is
 * concave in 1/T, so that golden sections find it; between 0.1 and 10. Counted by logits in steps of 0.05, which moves it in the fourth digit.
 */
export function findTemperature({ logits }: Pick<PixelCounts, 'logits'>): number {
  const loss = (logT: number) => {
    const inverse = Math.exp(-logT);
    let sum = 0;
    for (let i = 0; i < LOGITS; i++) {
      const z = logitAt(i) * inverse;
      sum += logits[i]! * softplus(z) + logits[i + LOGITS]! * softplus(-z);
    }
    return sum;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.1), Math.log(10)];
  while (high - low > 1e-5) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** The reliability of σ(logit / temperature), by the counted logits. */
export function temperedReliability({ logits }: Pick<PixelCounts, 'logits'>, temperature: number): ReliabilityBin[] {
  const counts = noPixels();
  for (let i = 0; i < LOGITS; i++) {
    const p = 1 / (1 + Math.exp(-logitAt(i) / temperature));
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    const count = logits[i]! + logits[i + LOGITS]!;
    counts.pixels[bin] = counts.pixels[bin]! + count;
    counts.probability[bin] = counts.probability[bin]! + count * p;
    counts.lesion[bin] = counts.lesion[bin]! + logits[i + LOGITS]!;
  }
  return reliability(counts);
}

/** In the middle of the step. */
function logitAt(place: number): number {
  return -RANGE + (place + 0.5) * STEP;
}

/** ln(1 + eᶻ) without overflow. */
function softplus(z: number): number {
  return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
}
