/** The default: a pixel above it counts as lesion. */
export const THRESHOLD = 0.5;

/** 1 where the probability is above the threshold, else 0. */
export function toMask(probabilities: Float32Array, threshold = THRESHOLD): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(probabilities, p => (p > threshold ? 1 : 0));
}

/** 0 to 255 for 0 to 1, rounded: to be looked at, not to be counted. */
export function toBytes(probabilities: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(probabilities, p => Math.round(p * 255));
}
