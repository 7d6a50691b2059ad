/** The loss and the counts that score it, as tensor operations on logits. */
import * as tf from '@tensorflow/tfjs';
import { type LossSettings, lossTerms } from '../../kernels/segmentation/terms.ts';
import { DICE_SMOOTH } from '../engine.ts';

/**
 * Mean over images of 1 − (2Σpg + s) / (2αΣp + 2βΣg + s), p = sigmoid(logits), β = `tversky` (½ for soft Dice), α = 1 − β, plus
 * `crossEntropy` times the mean of (1 − q)^focal · −log q, q the true class's probability. Logits [B,S,S,1], masks [B,P] with P = S·S,
 * 0 or 1 → scalar.
 */
export function batchLoss(logits: tf.Tensor, masks: tf.Tensor2D, settings: LossSettings): tf.Scalar {
  const { crossEntropy, focal, tversky, smoothing } = lossTerms(settings, DICE_SMOOTH);
  const flat = tf.reshape(logits, masks.shape);
  const probabilities = tf.sigmoid(flat);
  const overlap = tf.sum(tf.mul(probabilities, masks), 1);
  const both = tf.sum(tf.add(tf.mul(probabilities, 2 * (1 - tversky)), tf.mul(masks, 2 * tversky)), 1);
  const similarity = tf.div(tf.add(tf.mul(overlap, 2), smoothing), tf.add(both, smoothing));
  const softDice = tf.sub(1, tf.mean(similarity)) as tf.Scalar;
  if (crossEntropy === 0) return softDice;
  // −g·log p − (1−g)·log(1−p) with p = sigmoid(z) is softplus(z) − g·z, which no logit can overflow.
  const entropy = tf.sub(tf.softplus(flat), tf.mul(flat, masks));
  return tf.add(softDice, tf.mul(tf.mean(focal > 0 ? tf.mul(entropy, factor()) : entropy), crossEntropy)) as tf.Scalar;

  /** (1 − q)^focal = exp(−focal · softplus(a)), where q = sigmoid(a). */
  function factor(): tf.Tensor {
    const right = tf.mul(flat, tf.sub(tf.mul(masks, 2), 1));
    return tf.exp(tf.mul(tf.softplus(right), -focal));
  }
}

/** [3,B]: per image the pixels both predicted and true, the predicted, and the true. */
export function maskCounts(logits: tf.Tensor, masks: tf.Tensor2D): tf.Tensor2D {
  const predicted = tf.cast(tf.greater(tf.sigmoid(tf.reshape(logits, masks.shape)), 0.5), 'float32');
  return tf.stack([tf.sum(tf.mul(predicted, masks), 1), tf.sum(predicted, 1), tf.sum(masks, 1)]) as tf.Tensor2D;
}

/** Dice and accuracy per image from `maskCounts`' values; `pixels` per image. */
export function scoresOf(counts: ArrayLike<number>, pixels: number): { dice: Float32Array; accuracy: Float32Array } {
  const batch = counts.length / 3;
  const dice = new Float32Array(batch);
  const accuracy = new Float32Array(batch);
  for (let image = 0; image < batch; image++) {
    const both = counts[image] ?? Number.NaN;
    const sum = (counts[batch + image] ?? Number.NaN) + (counts[2 * batch + image] ?? Number.NaN);
    dice[image] = sum === 0 ? 1 : (2 * both) / sum;
    accuracy[image] = (pixels - sum + 2 * both) / pixels;
  }
  return { dice, accuracy };
}
