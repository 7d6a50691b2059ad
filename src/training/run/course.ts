/** The course of a run: what it begins with, the events that it sends, and what it goes on from. */
import type { OptimizerState, Weights } from '../../engine/engine.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { EpochRecord, RunProgress, StepRecord } from '../../protocol/run.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { MeanState } from './mean.ts';

export interface Best {
  readonly weights: Weights;
  /** 0: stopped before the first epoch was done; then these are the weights as they were at that moment. */
  readonly epoch: number;
  readonly valDice: number | undefined;
}

/** Of the samples, in their order. */
export interface Predicted {
  /** 0/1 [S,S]. */
  readonly masks: Uint8Array[];
  /** Probabilities [S,S], 0 to 255 for 0 to 1. */
  readonly levels: Uint8Array[];
  /** At threshold 0.5. */
  readonly dice: number[];
}

export interface LoopEvents {
  progress(progress: RunProgress): void;
  step(record: StepRecord): void;
  epoch(record: EpochRecord, predicted: Predicted, best: boolean): void;
  /** Within an epoch, after so many of its steps. */
  predictions(
    at: { readonly epoch: number; readonly step: number; readonly steps: number },
    predicted: Predicted,
  ): void;
  best(best: Best): void;
  /** Asked after every epoch but the last, and within long ones: whether to take a checkpoint, which reads all weights back. */
  checkpointDue(): boolean;
  /** With all that the next epoch, or the rest of this one, starts from. */
  checkpoint(weights: Weights, optimizer: OptimizerState, partial?: PartialEpoch, errors?: Errors): void;
}

/** Of each training image, 1 − Dice when it was trained on last: what hard examples are drawn by. */
export interface Errors {
  /** As they were when the epoch under way was drawn. */
  readonly drawn: Float32Array;
  /** As they are now. */
  readonly seen: Float32Array;
}

/** An epoch of which some steps are done. */
export interface PartialEpoch {
  readonly step: number;
  readonly seconds: number;
  readonly loss: MeanState;
  readonly dice: MeanState;
  readonly accuracy: MeanState;
}

/** What a run goes on from. */
export interface Start {
  readonly weights: Weights;
  readonly optimizer: OptimizerState;
  /** Those that are done. */
  readonly epochs: number;
  /** Of the epoch that follows them. */
  readonly partial?: PartialEpoch | undefined;
  /** In runs that draw hard examples. */
  readonly errors?: Errors | undefined;
  readonly bestEpoch: number | null;
  /** Of each epoch that is done. */
  readonly valDice: readonly number[];
}

export interface LoopInput {
  readonly settings: RunSettings;
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** Those of `validation` whose masks go with every epoch. */
  readonly samples: readonly number[];
  /** Without it the run begins with first weights of its seed. */
  readonly from?: Start | undefined;
  /** Weights to begin with, where it does not go on; without them they are drawn by the seed. */
  readonly initial?: Weights | undefined;
  /** Milliseconds after which a checkpoint is taken within an epoch. */
  readonly checkpointMs?: number;
  /** Milliseconds after which the samples are predicted within an epoch, for the first time. */
  readonly picturesMs?: number;
}

/** What a run goes on from that was saved in this checkpoint. */
export function startOf({ weights, optimizer, epochs, bestEpoch, partial, errors }: Checkpoint): Start {
  const valDice = epochs.map(epoch => epoch.valDice);
  return { weights, optimizer, epochs: epochs.length, partial, errors, bestEpoch, valDice };
}
