/** Where nothing else is chosen: a pixel counts as lesion above it. */
export const THRESHOLD = 0.5;

/** 1 where the probability is above the threshold, else 0. */
export function toMask(probabilities: Float32Array, threshold = THRESHOLD): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(probabilities, p => (p > threshold ? 1 : 0));
}
