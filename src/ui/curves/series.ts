/** What the curves draw, from the run's events alone. Pure. */
import type { EpochRecord } from '../../protocol/run.ts';
import { epochTimes, type StepPoint } from '../../state/run/step-curve.ts';

export const figures = ['Dice', 'Loss', 'Accuracy'] as const;
export type FigureName = (typeof figures)[number];

/** What an epoch has one value of. */
export const singleFigures = ['Rate', 'Seconds'] as const;
export type CurveName = FigureName | (typeof singleFigures)[number];

/** Epochs, or seconds of training and validating: pauses are left out. */
export type CurveAxis = 'epoch' | 'time';

export type CurvePointXY = readonly [x: number, y: number];

export interface CurveLines {
  /** Single steps, or means of several in a row in long runs. */
  readonly steps: readonly CurvePointXY[];
  readonly train: readonly CurvePointXY[];
  readonly validation: readonly CurvePointXY[];
}

const stepKeys = { Dice: 'dice', Accuracy: 'accuracy', Loss: 'loss' } as const;
const singleKeys = { Rate: 'learningRate', Seconds: 'seconds' } as const;
const validationKeys = { Dice: 'valDice', Accuracy: 'valAccuracy', Loss: 'valLoss' } as const;

/** Steps of all epochs, and one point per epoch, each in order of x. */
export function curveLines(
  figure: CurveName,
  points: readonly StepPoint[],
  epochs: readonly EpochRecord[],
  axis: CurveAxis = 'epoch',
): CurveLines {
  const places = epochPlaces(epochs, axis);
  const line = (read: (record: EpochRecord) => number) =>
    epochs.map((record, place) => [places[place] ?? 0, read(record)] as const);
  if (figure === 'Rate' || figure === 'Seconds')
    return { steps: [], train: line(record => record[singleKeys[figure]]), validation: [] };
  const key = stepKeys[figure];
  const steps = points.map(point => [axis === 'epoch' ? point.position : point.seconds, point[key]] as const);
  return { steps, train: line(record => record[key]), validation: line(record => record[validationKeys[figure]]) };
}

/** Where each epoch's end stands on the axis. */
export function epochPlaces(epochs: readonly EpochRecord[], axis: CurveAxis): number[] {
  return epochTimes(epochs).map(({ epoch, end }) => (axis === 'epoch' ? epoch : end));
}

export interface LatestValues {
  readonly train: number | undefined;
  readonly validation: number | undefined;
}

/** Of the last epoch; before there is one, the training value of the last step. */
export function latestValues(
  figure: CurveName,
  steps: readonly StepPoint[],
  epochs: readonly EpochRecord[],
): LatestValues {
  const epoch = epochs.at(-1);
  if (figure === 'Rate' || figure === 'Seconds') return { train: epoch?.[singleKeys[figure]], validation: undefined };
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
