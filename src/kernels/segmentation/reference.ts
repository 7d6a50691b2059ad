/** Loss and scores of a batch of logits in double precision. */

export interface LossReference {
  /** Soft Dice loss + crossEntropy · mean binary cross-entropy, mean over the batch. */
  readonly loss: number;
  /** ∂loss/∂logits, like the logits. */
  readonly gradient: Float64Array;
  readonly probabilities: Float64Array;
  /** Per image, of the lesion class at threshold ½; 1 where both masks are empty. */
  readonly dice: Float64Array;
  readonly accuracy: Float64Array;
}

/** `logits` and `masks` (0 or 1) are [batch, pixels]; `smoothing` is the soft Dice's s. */
export function segmentationLoss(
  batch: number,
  logits: Float64Array,
  masks: ArrayLike<number>,
  crossEntropy: number,
  smoothing: number,
): LossReference {
  const pixels = logits.length / batch;
  const probabilities = logits.map(z => 1 / (1 + Math.exp(-z)));
  const gradient = new Float64Array(logits.length);
  const dice = new Float64Array(batch);
  const accuracy = new Float64Array(batch);
  let loss = 0;
  for (let image = 0; image < batch; image++) {
    let [p, g, pg, entropy, predicted, overlap, right] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = image * pixels; i < (image + 1) * pixels; i++) {
      const z = logits[i]!;
      const mask = masks[i]!;
      p += probabilities[i]!;
      g += mask;
      pg += probabilities[i]! * mask;
      entropy += Math.max(z, 0) - z * mask + Math.log1p(Math.exp(-Math.abs(z)));
      const lesion = z >= 0 ? 1 : 0;
      predicted += lesion;
      overlap += lesion * mask;
      right += lesion === mask ? 1 : 0;
    }
    const size = p + g + smoothing;
    const soft = (2 * pg + smoothing) / size;
    loss += (1 - soft + (crossEntropy * entropy) / pixels) / batch;
    dice[image] = predicted + g > 0 ? (2 * overlap) / (predicted + g) : 1;
    accuracy[image] = right / pixels;
    for (let i = image * pixels; i < (image + 1) * pixels; i++) {
      const q = probabilities[i]!;
      gradient[i] =
        (((soft - 2 * masks[i]!) / size) * q * (1 - q)) / batch + (crossEntropy * (q - masks[i]!)) / logits.length;
    }
  }
  return { loss, gradient, probabilities, dice, accuracy };
}
