/** What the curves draw, from the run's events alone. Pure. */
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';

export const figures = ['Dice', 'Loss', 'Accuracy'] as const;
export type FigureName = (typeof figures)[number];

/** What an epoch has one value of. */
export const singleFigures = ['Rate', 'Seconds'] as const;
export type CurveName = FigureName | (typeof singleFigures)[number];

/** Epochs, or seconds of training and validating: pauses are left out. */
export type CurveAxis = 'epoch' | 'time';

export type CurvePointXY = readonly [x: number, y: number];

export interface CurveLines {
  /** Single steps, of all epochs that the run still knows them of. */
  readonly steps: readonly CurvePointXY[];
  readonly train: readonly CurvePointXY[];
  readonly validation: readonly CurvePointXY[];
}

const stepKeys = { Dice: 'dice', Accuracy: 'accuracy', Loss: 'loss' } as const;
const validationKeys = { Dice: 'valDice', Accuracy: 'valAccuracy', Loss: 'valLoss' } as const;
const singleKeys = { Rate: 'learningRate', Seconds: 'seconds' } as const;

/** More steps than this are thinned: a figure is a few hundred pixels wide. */
const MOST_STEPS = 400;

/**
 * Steps at their share of their epoch, and one point per epoch, each in order of x. On the axis of time the steps are spread over
 * their epoch's seconds, which are known once it is done.
 */
export function curveLines(
  figure: CurveName,
  records: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  stepsPerEpoch: number,
  axis: CurveAxis = 'epoch',
): CurveLines {
  const places = epochPlaces(epochs, axis);
  const line = (read: (record: EpochRecord) => number) =>
    epochs.map((record, place) => [places[place] ?? 0, read(record)] as const);
  if (figure === 'Rate' || figure === 'Seconds')
    return { steps: [], train: line(record => record[singleKeys[figure]]), validation: [] };
  const key = stepKeys[figure];
  const stride = Math.max(1, Math.ceil(records.length / MOST_STEPS));
  const total = Math.max(stepsPerEpoch, 1);
  const first = epochs[0]?.epoch ?? 1;
  /** Where an epoch begins and ends; undefined where that is not known yet. */
  const span = (epoch: number): readonly [number, number] | undefined => {
    if (axis === 'epoch') return [epoch - 1, epoch];
    const end = places[epoch - first];
    return end === undefined ? undefined : [places[epoch - first - 1] ?? 0, end];
  };
  const steps = records
    .filter((_, place) => place % stride === 0 || place === records.length - 1)
    .flatMap(record => {
      const found = span(record.epoch);
      if (!found) return [];
      const [from, to] = found;
      return [[from + Math.min(1, record.step / total) * (to - from), record[key]] as const];
    });
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
  figure: CurveName,
  steps: readonly StepRecord[],
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
