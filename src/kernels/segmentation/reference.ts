/** Loss and scores of a batch of logits in double precision. */
import { type LossSettings, type LossTerms, lossTerms } from './terms.ts';

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

/** `logits` and `masks` (0 or 1) are [batch, pixels]. */
export function segmentationLoss(
  batch: number,
  logits: Float64Array,
  masks: ArrayLike<number>,
  settings: LossSettings & Pick<LossTerms, 'smoothing'>,
): LossReference {
  const { crossEntropy, focal, tversky, smoothing } = lossTerms(settings, settings.smoothing);
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
      const q = 1 / (1 + Math.exp(mask ? -z : z));
      entropy -= (1 - q) ** focal * Math.log(q);
      const lesion = z >= 0 ? 1 : 0;
      predicted += lesion;
      overlap += lesion * mask;
      right += lesion === mask ? 1 : 0;
    }
    const [missed, wrong] = [g - pg, p - pg];
    const size = 2 * pg + 2 * tversky * missed + 2 * (1 - tversky) * wrong + smoothing;
    const soft = (2 * pg + smoothing) / size;
    loss += (1 - soft + (crossEntropy * entropy) / pixels) / batch;
    dice[image] = predicted + g > 0 ? (2 * overlap) / (predicted + g) : 1;
    accuracy[image] = right / pixels;
    for (let i = image * pixels; i < (image + 1) * pixels; i++) {
      const q = probabilities[i]!;
      const g = masks[i]!;
      const right = g ? q : 1 - q;
      // By the true class's probability, then by the logit.
      const byFactor = focal > 0 ? focal * (1 - right) ** (focal - 1) * Math.log(right) : 0;
      const byRight = byFactor - (1 - right) ** focal / right;
      const bySize = 2 * (1 - tversky);
      gradient[i] =
        (((soft * bySize - 2 * g) / size) * q * (1 - q)) / batch +
        (crossEntropy * byRight * (g ? 1 : -1) * q * (1 - q)) / logits.length;
    }
  }
  return { loss, gradient, probabilities, dice, accuracy };
}
