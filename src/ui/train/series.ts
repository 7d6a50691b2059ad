/** What the curves draw, from the run's events alone. Pure. */
import type { EpochRecord, StepRecord } from '../../protocol/training.ts';

export const figures = ['Dice', 'Accuracy', 'Loss'] as const;
export type FigureName = (typeof figures)[number];

export interface CurvePoint {
  /** Epoch; within the first one a fraction: step / steps. */
  readonly x: number;
  readonly train?: number;
  readonly validation?: number;
  /** Single steps of the first epoch. */
  readonly step?: number;
}

const stepKeys = { Dice: 'dice', Accuracy: 'accuracy', Loss: 'loss' } as const;
const validationKeys = { Dice: 'valDice', Accuracy: 'valAccuracy', Loss: 'valLoss' } as const;

/** More steps than this are thinned: a figure is a few hundred pixels wide. */
const MOST_STEPS = 200;

/** Steps of the first epoch, at step / steps, then one point per epoch, in order of x. */
export function curvePoints(
  figure: FigureName,
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  stepsPerEpoch: number,
): CurvePoint[] {
  const key = stepKeys[figure];
  const stride = Math.max(1, Math.ceil(steps.length / MOST_STEPS));
  const total = Math.max(stepsPerEpoch, 1);
  const first = steps
    .filter((_, place) => place % stride === 0 || place === steps.length - 1)
    .map(record => ({ x: Math.min(1, record.step / total), step: record[key] }));
  const rest = epochs.map(record => ({
    x: record.epoch,
    train: record[key],
    validation: record[validationKeys[figure]],
  }));
  return [...first, ...rest];
}

export interface LatestValues {
  readonly train: number | undefined;
  readonly validation: number | undefined;
}

/** Of the last epoch; before there is one, the training value of the last step. */
export function latestValues(
  figure: FigureName,
  steps: readonly StepRecord[],
  epochs: readonly EpochRecord[],
): LatestValues {
  const epoch = epochs.at(-1);
  const key = stepKeys[figure];
  return epoch
    ? { train: epoch[key], validation: epoch[validationKeys[figure]] }
    : { train: steps.at(-1)?.[key], validation: undefined };
}

/** Whole epochs for the axis, at most about eight, and always from 0. */
export function epochTicks(lastEpoch: number): number[] {
  const last = Math.max(1, Math.ceil(lastEpoch));
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250].find(width => last / width <= 8) ?? 500;
  const ticks = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
  return ticks;
}
