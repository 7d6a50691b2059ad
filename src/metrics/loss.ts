/**
 * The training loss of one image, in double precision on probabilities that were read back: for validation, and to check
 * the engines by.
 */

export interface LossTerms {
  /** Weight of the mean cross-entropy. */
  readonly crossEntropy?: number;
  /** γ of the factor (1 − q)^γ on each pixel's cross-entropy, q being the true class's probability. */
  readonly focal?: number;
  /** β, the weight of missed lesion against 1 − β for false lesion; ½ is Dice. */
  readonly tversky?: number;
}

/**
 * 1 − (2Σpg + s) / (2αΣp + 2βΣg + s) + crossEntropy · mean (focal) cross-entropy, α = 1 − β. Probabilities in 0..1, truth 0/1, both [S,S].
 * The cross-entropy's probabilities are kept 1e-7 from 0 and 1, the resolution of a 32-bit sigmoid near one.
 */
export function segmentationLoss(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  smooth: number,
  { crossEntropy = 0, focal = 0, tversky = 0.5 }: LossTerms = {},
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
    if (crossEntropy) {
      const right = Math.min(1 - 1e-7, Math.max(1e-7, g ? p : 1 - p));
      entropy -= (1 - right) ** focal * Math.log(right);
    }
  }
  const softDice = 1 - (2 * overlap + smooth) / (2 * (1 - tversky) * predicted + 2 * tversky * lesion + smooth);
  return softDice + (crossEntropy * entropy) / truth.length;
}
