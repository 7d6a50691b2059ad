/** The default: a pixel above it counts as lesion. */
export const THRESHOLD = 0.5;

/** 1 where the probability is above the threshold, else 0. */
export function toMask(probabilities: Float32Array, threshold = THRESHOLD): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(probabilities, p => (p > threshold ? 1 : 0));
}
