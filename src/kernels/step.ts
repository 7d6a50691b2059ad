/** The one uniform that changes from step to step: learning rate, Adam's corrections, dropout's key, the average's share. */
import { hash } from '../random/pcg.ts';

/** Bytes of the uniform, as random.wgsl declares it, rounded up to 16. */
export const STEP_BYTES = 32;

export interface StepNumbers {
  readonly learningRate: number;
  /** Adam's t, from 1. */
  readonly step: number;
  readonly seed: number;
  readonly dropout: boolean;
  /** Factor on the loss's gradient, taken out again by Adam: keeps small gradients above half precision's least. 1 for none. */
  readonly lossScale?: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Share of the weights' moving average that the step keeps. */
  readonly averageKeep?: number;
}

export function stepBytes({
  learningRate,
  step,
  seed,
  dropout,
  beta1,
  beta2,
  lossScale = 1,
  averageKeep = 0,
}: StepNumbers): ArrayBuffer {
  const bytes = new ArrayBuffer(STEP_BYTES);
  const floats = new Float32Array(bytes);
  const words = new Uint32Array(bytes);
  floats[0] = learningRate;
  floats[1] = 1 / (1 - beta1 ** step);
  floats[2] = 1 / (1 - beta2 ** step);
  // hash(seed, step, stream) = pcg(stream + hash(seed, step)): the shader adds the stream.
  words[3] = hash(seed, step);
  words[4] = dropout ? 1 : 0;
  floats[5] = lossScale;
  floats[6] = averageKeep;
  return bytes;
}
