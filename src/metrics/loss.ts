/**
 * The training loss of one image, in double precision on probabilities that were read back: for validation, and to check
 * the engines by.
 */

/**
 * 1 − (2Σpg + s) / (Σp + Σg + s) + weight · mean binary cross-entropy. Probabilities in 0..1, truth 0/1, both [S,S].
 * The cross-entropy's probabilities are kept 1e-7 from 0 and 1, the resolution of a 32-bit sigmoid near one.
 */
export function segmentationLoss(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  smooth: number,
  crossEntropyWeight = 0,
): number {
  let overlap = 0;
  let predicted = 0;
  let lesion = 0;
  let entropy = 0;
  for (let i = 0; i < truth.length; i++) {
    const p = probabilities[i] ?? Number.NaN;
    const g = truth[i] ? 1 : 0;
    overlap += p * g;
    predicted += p;
    lesion += g;
    if (crossEntropyWeight) entropy -= Math.log(Math.min(1 - 1e-7, Math.max(1e-7, g ? p : 1 - p)));
  }
  const softDice = 1 - (2 * overlap + smooth) / (predicted + lesion + smooth);
  return softDice + (crossEntropyWeight * entropy) / truth.length;
}
