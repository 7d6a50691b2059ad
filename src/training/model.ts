import type { Weights } from '../engine/engine.ts';
import { buildNetwork } from '../network/catalogue.ts';
import { parameterCount } from '../network/graph.ts';
import type { ModelInfo } from '../protocol/training.ts';

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
