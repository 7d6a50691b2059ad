/** Weights with what is known of them: what is tested, saved and downloaded. */
import type { Weights } from '../engine/engine.ts';
import { networkOf } from '../formats/tfjs-model.ts';
import { parameterCount } from '../network/graph.ts';
import { AppError } from '../protocol/errors.ts';
import type { LibraryEvent } from '../protocol/library.ts';
import type { ModelInfo } from '../protocol/model.ts';
import { sameRefinements, type TunedThreshold } from '../protocol/scores.ts';
import type { TrainingFeatures } from '../protocol/training-features.ts';

export interface Model {
  readonly info: ModelInfo;
  readonly weights: Weights;
  /** Of the run that made it, or 0 where unknown. */
  readonly seed: number;
}

export function describeModel(info: Omit<ModelInfo, 'id' | 'parameters'>): ModelInfo {
  return { ...info, id: crypto.randomUUID(), parameters: parameterCount(networkOf(info)) };
}

/** The model that test, save and download use: the best epoch of a run, or a loaded one. The page is told of each change. */
export class CurrentModel {
  #model: Model | null = null;
  readonly #send: (event: LibraryEvent) => void;

  constructor(send: (event: LibraryEvent) => void) {
    this.#send = send;
  }

  /** Throws AppError 'no-model'. */
  get(): Model {
    if (!this.#model) throw new AppError('no-model', 'There is no model yet', 'train one or load a saved one');
    return this.#model;
  }

  set(model: Model): void {
    this.#model = model;
    this.#send({ type: 'model', model: model.info });
  }

  /** Ignored where another model is current by now. */
  noteFeatures({ info: { id } }: Model, trainingFeatures: TrainingFeatures): void {
    if (this.#model?.info.id !== id) return;
    this.set({ ...this.#model, info: { ...this.#model.info, trainingFeatures } });
  }

  /** Replaces the one found before with the same refinements; ignored where another model is current by now. */
  noteThreshold({ info: { id } }: Model, found: TunedThreshold): void {
    if (this.#model?.info.id !== id) return;
    const { info, ...rest } = this.#model;
    const others = (info.thresholds ?? []).filter(known => !sameRefinements(known, found));
    this.set({ ...rest, info: { ...info, thresholds: [...others, found] } });
  }
}
