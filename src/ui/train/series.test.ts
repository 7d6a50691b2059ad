import { expect, test } from 'vitest';
import type { EpochRecord, StepRecord } from '../../protocol/training.ts';
import { curvePoints, epochTicks, latestValues } from './series.ts';

const step = (number: number): StepRecord => ({
  epoch: 1,
  step: number,
  loss: 1 / number,
  dice: number / 1e4,
  accuracy: 0.5,
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

test('steps stand at their fraction of the first epoch, epochs at their number', () => {
  expect(curvePoints('Dice', [step(1), step(2)], [epoch(1)], 4)).toEqual([
    { x: 0.25, step: 0.0001 },
    { x: 0.5, step: 0.0002 },
    { x: 1, train: 0.6, validation: 0.55 },
  ]);
});

test('each figure draws its own values', () => {
  expect(curvePoints('Loss', [], [epoch(3)], 4)).toEqual([{ x: 3, train: 0.4, validation: 0.45 }]);
  expect(curvePoints('Accuracy', [], [epoch(3)], 4)).toEqual([{ x: 3, train: 0.8, validation: 0.75 }]);
});

test('many steps are thinned, and the last one stays', () => {
  const points = curvePoints(
    'Dice',
    Array.from({ length: 1038 }, (_, i) => step(i + 1)),
    [],
    1038,
  );
  expect(points.length).toBeLessThanOrEqual(201);
  expect(points.at(-1)).toEqual({ x: 1, step: 0.1038 });
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
