/**
 * Whether a side's gradients are right, against the double-precision reference.
 *
 * A value within rounding of a rectifier's kink may fall on its other side in single precision, and then moves gradients by some percent,
 * whoever computes: at which seeds that happens differs from side to side. So a side is judged on the same network with its rectifiers' slope
 * set to 1, where only real errors are left; the error on the network as it is stands beside it.
 */
import { ADAM, type Weights } from '../src/engine/engine.ts';
import { referenceStep } from '../src/engine/reference/interpreter.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import type { Network } from '../src/network/graph.ts';
import { testBatch, testWeights, withoutKinks } from '../src/testing/weights.ts';
import type { CaseOptions } from './options.ts';
import type { Problem } from './sides/side.ts';
import { worstError } from './statistics.ts';

/** A side whose worst gradient without kinks is further off than this is wrong, and no peer. */
export const WRONG = 1e-3;

export const LEARNING_RATE = 5e-4;

/** Weights and a batch by seed, with what the reference makes of them. */
export interface Exam {
  readonly problem: Problem;
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

export function setExam({ size, filters, batch }: CaseOptions, seed: number, kinks: boolean): Exam {
  const built = buildNetwork('improved-unet', filters);
  const network: Network = kinks ? built : withoutKinks(built);
  const weights = testWeights(network, seed);
  const data = testBatch(batch, size, seed);
  const { loss, gradients } = referenceStep(network, size, data, weights, { crossEntropy: 0, l2: 0 });
  const problem = { network, size, batch, weights, data, learningRate: LEARNING_RATE };
  return { problem, loss, gradients: kinks ? gradients : telling(gradients) };
}

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * Without kinks a norm undoes what the one before it scaled or shifted: such gradients are zero but for rounding, and say nothing. Left out
 * are those a thousand times smaller than the largest.
 */
function telling(gradients: ReadonlyMap<string, Float64Array>): ReadonlyMap<string, Float64Array> {
  const most = Math.max(...[...gradients.values()].map(largest));
  return new Map([...gradients].filter(([, values]) => largest(values) > most * 1e-3));
}

/** `moments`: Adam's first after the first step, which are (1 − β₁) times the gradients. */
export function mark({ gradients }: Exam, moments: Weights): { error: number; parameter: string } {
  return worstError(moments, gradients, 1 / (1 - ADAM.beta1));
}
