import { expect, test } from 'vitest';
import type { EpochRecord } from '../../protocol/run.ts';
import type { StepPoint } from '../../state/run/step-curve.ts';
import { curveLines, epochTicks, latestValues } from './series.ts';

const step = (number: number): StepPoint => ({
  ...{ position: number / 4, seconds: number * 0.7, steps: 1 },
  ...{ loss: 1 / number, dice: number / 1e4, accuracy: 0.5 },
});
const epoch = (number: number): EpochRecord => ({
  epoch: number,
  learningRate: 5e-4,
  loss: 0.4,
  dice: 0.6,
  accuracy: 0.8,
  valLoss: 0.45,
  valDice: 0.55,
  valAccuracy: 0.75,
  seconds: 1,
  imagesPerSecond: 10,
});

test('steps stand where they ended, epochs at their number', () => {
  expect(curveLines('Dice', [step(1), step(2)], [epoch(1)])).toEqual({
    steps: [
      [0.25, 0.0001],
      [0.5, 0.0002],
    ],
    train: [[1, 0.6]],
    validation: [[1, 0.55]],
  });
});

test('each figure draws its own values', () => {
  expect(curveLines('Loss', [], [epoch(3)])).toMatchObject({ train: [[3, 0.4]], validation: [[3, 0.45]] });
  expect(curveLines('Accuracy', [], [epoch(3)])).toMatchObject({ train: [[3, 0.8]], validation: [[3, 0.75]] });
});

test('on the axis of time the epochs stand at the seconds that they and those before took', () => {
  const epochs = [
    { ...epoch(1), seconds: 4 },
    { ...epoch(2), seconds: 2.5 },
  ];
  expect(curveLines('Dice', [step(1)], epochs, 'time')).toEqual({
    steps: [[0.7, 0.0001]],
    train: [
      [4, 0.6],
      [6.5, 0.6],
    ],
    validation: [
      [4, 0.55],
      [6.5, 0.55],
    ],
  });
  // Also before an epoch is done.
  expect(curveLines('Dice', [step(1)], [], 'time').steps).toEqual([[0.7, 0.0001]]);
});

test('the latest values are the last epoch’s, and before it the last step’s', () => {
  expect(latestValues('Dice', [step(1)], [])).toEqual({ train: 0.0001, validation: undefined });
  expect(latestValues('Dice', [step(1)], [epoch(1)])).toEqual({ train: 0.6, validation: 0.55 });
  expect(latestValues('Dice', [], [])).toEqual({ train: undefined, validation: undefined });
});

test.each([
  [0.3, [0, 1]],
  [7, [0, 1, 2, 3, 4, 5, 6, 7]],
  [30, [0, 5, 10, 15, 20, 25, 30]],
  [300, [0, 50, 100, 150, 200, 250, 300]],
])('an axis to %s epochs has these ticks', (last, ticks) => expect(epochTicks(last)).toEqual(ticks));
