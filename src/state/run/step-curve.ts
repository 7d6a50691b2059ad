/** The training steps of a whole run as a curve of bounded length, and where each epoch's end stands. Pure. */
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';

/** One step, or the mean of several in a row. */
export interface StepPoint {
  /** Where the last of them ended, in epochs: 1.5 is the middle of the second. */
  readonly position: number;
  /** … in seconds of training and validating since the run began, pauses left out. */
  readonly seconds: number;
  readonly loss: number;
  readonly dice: number;
  readonly accuracy: number;
  /** How many steps. */
  readonly steps: number;
}

export interface StepCurve {
  /** Steps of a whole point: a power of two. Only the last point may have fewer. */
  readonly stride: number;
  readonly points: readonly StepPoint[];
}

/** More points than a chart is wide are of no use: then each two become one. */
export const MOST_POINTS = 1000;

export const noSteps: StepCurve = { stride: 1, points: [] };

/** `epochs`: those that are done; `stepsPerEpoch` ≥ 1. The records come in the order in which they were made. */
export function addSteps(
  curve: StepCurve,
  records: readonly StepRecord[],
  epochs: readonly EpochRecord[],
  stepsPerEpoch: number,
): StepCurve {
  const ends = epochTimes(epochs);
  let { stride } = curve;
  let points = [...curve.points];
  for (const { epoch, step, seconds, loss, dice, accuracy } of records) {
    const point = {
      position: epoch - 1 + Math.min(1, step / stepsPerEpoch),
      seconds: (ends[epoch - 2]?.end ?? 0) + seconds,
      ...{ loss, dice, accuracy, steps: 1 },
    };
    const last = points.at(-1);
    if (last && last.steps < stride) points[points.length - 1] = joined(last, point);
    else points.push(point);
    if (points.length <= MOST_POINTS) continue;
    points = inPairs(points);
    stride *= 2;
  }
  return { stride, points };
}

/** What is left where a run goes back to this place, in epochs: its steps from there on are made again. */
export function stepsUpTo({ stride, points }: StepCurve, position: number): StepCurve {
  return { stride, points: points.filter(point => point.position <= position + 1e-9) };
}

function inPairs(points: readonly StepPoint[]): StepPoint[] {
  const pairs: StepPoint[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [first, second] = [points[i], points[i + 1]];
    if (first) pairs.push(second ? joined(first, second) : first);
  }
  return pairs;
}

function joined(a: StepPoint, b: StepPoint): StepPoint {
  const steps = a.steps + b.steps;
  const mean = (x: number, y: number) => (x * a.steps + y * b.steps) / steps;
  return {
    ...{ position: b.position, seconds: b.seconds, steps },
    ...{ loss: mean(a.loss, b.loss), dice: mean(a.dice, b.dice), accuracy: mean(a.accuracy, b.accuracy) },
  };
}

export interface EpochTime {
  readonly epoch: number;
  /** Seconds from the run's beginning to the epoch's end, pauses left out. */
  readonly end: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** For curves over time, and for those of rate and seconds. */
export function epochTimes(epochs: readonly EpochRecord[]): EpochTime[] {
  let end = 0;
  return epochs.map(({ epoch, seconds, imagesPerSecond }) => {
    end += seconds;
    return { epoch, end, seconds, imagesPerSecond };
  });
}
