/** The one uniform that changes from step to step: learning rate, Adam's corrections, dropout's key, the average's share. */
import { hash } from '../random/pcg.ts';
import randomSource from './random.wgsl?raw';
import type { Shaders } from './shaders.ts';
import { structFields, structWords } from './wgsl.ts';

/** Bytes of the uniform, as random.wgsl declares it, rounded up to 16. */
export const STEP_BYTES = Math.ceil(structFields(randomSource, 'Step').length / 4) * 16;

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

export function stepBytes(numbers: StepNumbers): ArrayBuffer {
  const { learningRate, step, seed, dropout, beta1, beta2, lossScale = 1, averageKeep = 0 } = numbers;
  const fields: Shaders['random']['step'] = {
    learningRate,
    firstCorrection: 1 / (1 - beta1 ** step),
    secondCorrection: 1 / (1 - beta2 ** step),
    // hash(seed, step, stream) = pcg(stream + hash(seed, step)): the shader adds the stream.
    dropoutKey: hash(seed, step),
    dropoutOn: dropout ? 1 : 0,
    lossScale,
    averageKeep,
  };
  const bytes = new ArrayBuffer(STEP_BYTES);
  new Uint32Array(bytes).set(structWords(randomSource, 'Step', fields, 'step'));
  return bytes;
}
