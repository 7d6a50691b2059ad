/** The page's own training step: the compiled engine. */
import type { Tuning, TuningStore } from '../../src/engine/compiled/cards.ts';
import { createCompiledEngine } from '../../src/engine/compiled/engine.ts';

import { requestGpuDevice } from '../../src/kernels/device.ts';
import { type Problem, type Side, startAnew } from './side.ts';

export interface OursOptions {
  readonly dropout?: boolean;
  readonly tuning?: TuningStore;
}

export async function openOurs(problem: Problem, { dropout = false, tuning }: OursOptions = {}): Promise<Side> {
  const { network, size, batch, learningRate } = problem;
  const { device } = await requestGpuDevice();
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout };
  const engine = createCompiledEngine(device, settings, tuning ? { tuning } : {});
  let { data } = problem;
  let step = 0;
  await engine.writeWeights(problem.weights);
  await engine.prepare();
  return {
    step: async () => (await engine.step(data, { learningRate, step: ++step, seed: 1 })).loss,
    firstMoments: async () => (await engine.readOptimizer()).first,
    async reset(weights, batch) {
      await startAnew(engine, weights);
      data = batch;
      step = 0;
    },
    dispose: () => {
      engine.dispose();
      device.destroy();
    },
  };
}

/** Keeps what was tuned for as long as the page lives. */
export function keptTuning(): TuningStore {
  let kept: Tuning | undefined;
  return {
    load: async () => kept,
    save: async tuning => {
      kept = tuning;
    },
  };
}
