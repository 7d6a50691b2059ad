/**
 * Every side's gradients at several seeds, without times: with the network as it is, and with its rectifiers' slope set to 1.
 *
 * A value within rounding of a rectifier's kink may fall on its other side in single precision, and then moves gradients by up
 * to a percent; at which seeds that happens differs from side to side. Without kinks only real errors are left.
 */
import { ADAM } from '../src/engine/engine.ts';
import { referenceStep } from '../src/engine/reference/interpreter.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import { testBatch, testWeights, withoutKinks } from '../src/testing/weights.ts';
import { LEARNING_RATE } from './compare.ts';
import type { CaseOptions } from './options.ts';
import { openJaxjs } from './sides/jaxjs.ts';
import { openOurs } from './sides/ours.ts';
import type { OpenSide, SideName } from './sides/side.ts';
import { openStock } from './sides/stock.ts';
import { worstError } from './statistics.ts';

export interface CheckResult extends CaseOptions {
  readonly kinks: boolean;
  readonly side: SideName;
  /** At seeds 1, 2, …. */
  readonly errors: readonly number[];
}

const open: Record<SideName, OpenSide> = { ours: given => openOurs(given), stock: openStock, jaxjs: openJaxjs };

export async function checkSeeds(
  options: CaseOptions & { readonly seeds: number; readonly sides: readonly SideName[] },
): Promise<CheckResult[]> {
  const { size, filters, batch, seeds, sides } = options;
  const results: CheckResult[] = [];
  for (const kinks of [true, false]) {
    const built = buildNetwork('improved-unet', filters);
    const network = kinks ? built : withoutKinks(built);
    const points = Array.from({ length: seeds }, (_, i) => {
      const weights = testWeights(network, i + 1);
      const data = testBatch(batch, size, i + 1);
      return { weights, data, ...referenceStep(network, size, data, weights, { crossEntropy: 0, l2: 0 }) };
    });
    const [start] = points;
    if (!start) throw new RangeError('no seed to check');
    // Without kinks a norm undoes what the one before it scaled or shifted: such gradients are zero but for rounding, and say
    // nothing. Left out are those a thousand times smaller than the largest.
    const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const side of sides) {
      const opened = await open[side]({ network, size, batch, ...start, learningRate: LEARNING_RATE });
      const errors: number[] = [];
      for (const { weights, data, gradients } of points) {
        const most = Math.max(...[...gradients.values()].map(largest));
        const telling = new Map([...gradients].filter(([, values]) => largest(values) > most * 1e-3));
        await opened.reset(weights, data);
        await opened.step();
        errors.push(worstError(await opened.firstMoments(), telling, 1 / (1 - ADAM.beta1)).error);
      }
      opened.dispose();
      results.push({ size, filters, batch, kinks, side, errors });
      const told = errors.map(error => error.toExponential(1)).join(', ');
      console.log(`${size}², ${filters} filters, batch ${batch}, ${kinks ? 'as it is' : 'no kinks'}, ${side}: ${told}`);
    }
  }
  return results;
}
