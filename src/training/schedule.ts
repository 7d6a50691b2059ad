/** Learning rate of an epoch, counted from 1: lr · decay^(epoch − 1) (Isensee et al. 2017: 5e-4 · 0.985^epoch). */
export function learningRate(lr: number, decay: number, epoch: number): number {
  return lr * decay ** (epoch - 1);
}
