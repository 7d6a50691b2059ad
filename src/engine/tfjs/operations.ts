/**
 * Tensor operations whose gradients tfjs derives badly or wrongly, with gradients of their own. All tensors are NHWC.
 */
import * as tf from '@tensorflow/tfjs';
import { NORM_EPSILON } from '../../network/graph.ts';

/**
 * Instance normalization (Ulyanov et al. 2016): (x − μ) / √(σ² + ε) · γ + β with μ, σ² over height and width.
 * x [B,H,W,C], gamma and beta [C] → [B,H,W,C]. With x̂ the normalized x and g = dy·γ the gradients are
 *
 *   dβ = Σ dy    dγ = Σ dy·x̂    dx = (g − mean(g) − x̂·mean(g·x̂)) / √(σ² + ε)
 *
 * with sums over batch, height and width, and means over height and width. tfjs's derived one would upload a tensor of
 * ones of x's size for each mean.
 */
export function instanceNorm(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D {
  const normalize = tf.customGrad((...given) => {
    const [input, scale, shift, save] = given as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const mean = spatialMean(input);
    const centred = tf.sub(input, mean);
    const inverse = tf.rsqrt(tf.add(spatialMean(tf.square(centred)), NORM_EPSILON));
    save([input, scale, mean, inverse]);
    const value = tf.add(tf.mul(centred, tf.mul(inverse, scale)), shift);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [savedInput, savedScale, savedMean, savedInverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const normalized = tf.mul(tf.sub(savedInput, savedMean), savedInverse);
      // Per image, so that both the parameters' sums and the input's means come from one reduction each.
      const meanDy = spatialMean(dy);
      const meanDyX = spatialMean(tf.mul(dy, normalized));
      const [, height = 1, width = 1] = savedInput.shape;
      const overBatch = (mean: tf.Tensor) => tf.mul(tf.sum(mean, [0, 1, 2]), height * width);
      const dx = tf.mul(tf.sub(tf.sub(dy, meanDy), tf.mul(normalized, meanDyX)), tf.mul(savedInverse, savedScale));
      return [dx, overBatch(meanDyX), overBatch(meanDy)];
    };
    return { value, gradFunc };
  });
  return normalize(x, gamma, beta) as tf.Tensor4D;
}

/** [B,H,W,C] → [B,1,1,C]. */
function spatialMean(x: tf.Tensor): tf.Tensor {
  return tf.mean(x, [1, 2], true);
}

/**
 * Nearest neighbour to twice the height and width: [B,H,W,C] → [B,2H,2W,C]. Backward, each input pixel takes the sum of the
 * four that it became; the gradient of tfjs's cpu backend is wrong for batches over 1.
 */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const double = tf.customGrad((...given) => {
    const input = given[0] as tf.Tensor4D;
    return {
      value: tf.image.resizeNearestNeighbor(input, [input.shape[1] * 2, input.shape[2] * 2]),
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
    };
  });
  return double(x) as tf.Tensor4D;
}
