/** The page's own training step: the compiled engine. */
import { createCompiledEngine } from '../../src/engine/compiled/engine.ts';
import type { Tuning, TuningStore } from '../../src/engine/compiled/tuning.ts';
import { requestGpuDevice } from '../../src/kernels/device.ts';
import type { Problem, Side } from './side.ts';

export interface OursOptions {
  readonly dropout?: boolean;
  readonly tuning?: TuningStore;
}

export async function openOurs(problem: Problem, { dropout = false, tuning }: OursOptions = {}): Promise<Side> {
  const { network, size, batch, weights, data, learningRate } = problem;
  const { device } = await requestGpuDevice();
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout };
  const engine = createCompiledEngine(device, settings, tuning ? { tuning } : {});
  await engine.writeWeights(weights);
  await engine.prepare();
  let step = 0;
  return {
    step: async () => (await engine.step(data, { learningRate, step: ++step, seed: 1 })).loss,
    firstMoments: async () => (await engine.readOptimizer()).first,
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
