/** What the curves draw, from the run's events alone. Pure. */
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';

export const figures = ['Dice', 'Accuracy', 'Loss'] as const;
export type FigureName = (typeof figures)[number];

/** Epochs, or seconds of training and validating: pauses are left out. */
export type CurveAxis = 'epoch' | 'time';

export type CurvePointXY = readonly [x: number, y: number];

export interface CurveLines {
  /** Single steps of the first epoch. */
  readonly steps: readonly CurvePointXY[];
  readonly train: readonly CurvePointXY[];
  readonly validation: readonly CurvePointXY[];
}

const stepKeys = { Dice: 'dice', Accuracy: 'accuracy', Loss: 'loss' } as const;
const validationKeys = { Dice: 'valDice', Accuracy: 'valAccuracy', Loss: 'valLoss' } as const;

/** More steps than this are thinned: a figure is a few hundred pixels wide. */
const MOST_STEPS = 200;

/**
 * Steps of the first epoch, at step / steps, and one point per epoch, each in order of x. On the axis of time the steps are spread
 * over the first epoch's seconds, which are known once it is done.
 */
export function curveLines(
  figure: FigureName,
  records: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  stepsPerEpoch: number,
  axis: CurveAxis = 'epoch',
): CurveLines {
  const key = stepKeys[figure];
  const stride = Math.max(1, Math.ceil(records.length / MOST_STEPS));
  const total = Math.max(stepsPerEpoch, 1);
  const places = epochPlaces(epochs, axis);
  const first = axis === 'epoch' ? 1 : places[0];
  const steps =
    first === undefined
      ? []
      : records
          .filter((_, place) => place % stride === 0 || place === records.length - 1)
          .map(record => [Math.min(1, record.step / total) * first, record[key]] as const);
  const line = (read: (record: EpochRecord) => number) =>
    epochs.map((record, place) => [places[place] ?? 0, read(record)] as const);
  return { steps, train: line(record => record[key]), validation: line(record => record[validationKeys[figure]]) };
}

/** Where each epoch's end stands on the axis. */
export function epochPlaces(epochs: readonly EpochRecord[], axis: CurveAxis): number[] {
  let seconds = 0;
  return epochs.map(({ epoch, seconds: taken }) => {
    seconds += taken;
    return axis === 'epoch' ? epoch : seconds;
  });
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
