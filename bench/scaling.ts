/** How our step grows: over batch, size and filters, one at a time from the middle point. */
import { buildNetwork } from '../src/network/catalogue.ts';
import { summarise } from '../src/network/summary.ts';
import { testBatch, testWeights } from '../src/testing/weights.ts';
import { LEARNING_RATE } from './compare.ts';
import { countFor, Tally } from './counters.ts';
import type { CaseOptions } from './options.ts';
import { openOurs } from './sides/ours.ts';
import { median } from './statistics.ts';

const MIDDLE: CaseOptions = { size: 64, filters: 8, batch: 2 };

export const scalingPoints: readonly CaseOptions[] = [
  ...[1, 2, 4, 8].map(batch => ({ ...MIDDLE, batch })),
  ...[32, 128].map(size => ({ ...MIDDLE, size })),
  ...[4, 16].map(filters => ({ ...MIDDLE, filters })),
];

export interface ScalingResult extends CaseOptions {
  readonly stepMs: number;
  /** Of the convolutions of one step, forward and both gradients, multiply-adds counted as two. */
  readonly gflop: number;
  readonly gpuBytes: number;
}

export async function scaling(options: CaseOptions & { readonly steps: number }): Promise<ScalingResult> {
  const { size, filters, batch, steps } = options;
  const network = buildNetwork('improved-unet', filters);
  const tally = new Tally();
  countFor(tally);
  const side = await openOurs({
    ...{ network, size, batch, learningRate: LEARNING_RATE },
    weights: testWeights(network),
    data: testBatch(batch, size),
  });
  await side.step();
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const begin = performance.now();
    await side.step();
    times.push(performance.now() - begin);
  }
  side.dispose();
  const gflop = (summarise(network, size).multiplyAdds * 2 * 3 * batch) / 1e9;
  const stepMs = median(times);
  console.log(`  ${size}², ${filters} filters, batch ${batch}: ${stepMs.toFixed(1)} ms`);
  return { size, filters, batch, stepMs, gflop, gpuBytes: tally.peakBytes };
}
