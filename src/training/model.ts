import type { Weights } from '../engine/engine.ts';
import { buildNetwork } from '../network/catalogue.ts';
import { parameterCount } from '../network/graph.ts';
import { preparationOf } from '../protocol/preparation.ts';
import type { ModelInfo, StartRun } from '../protocol/run.ts';
import type { Best } from './run/run-types.ts';

/** Weights with what is known of them: what is tested, saved and downloaded. */
export interface Model {
  readonly info: ModelInfo;
  readonly weights: Weights;
  /** Of the run that made it, or 0 where unknown. */
  readonly seed: number;
}

export function describeModel(info: Omit<ModelInfo, 'parameters'>): ModelInfo {
  return { ...info, parameters: parameterCount(buildNetwork(info.arch, info.filters)) };
}

/** A run's weights of its best epoch, or of where it was stopped in its first. */
export function runModel({ runId, settings }: StartRun, { epoch, weights, valDice }: Best): Model {
  const origin = epoch > 0 ? `this run, epoch ${epoch}` : 'this run, stopped in its first epoch';
  const { arch, filters, crossEntropy, seed } = settings;
  const info = {
    ...{ arch, filters, ...preparationOf(settings), crossEntropy },
    ...{ origin, runId, keptRun: runId, bestEpoch: epoch || undefined, valDice },
  };
  return { info: describeModel(info), weights, seed };
}
