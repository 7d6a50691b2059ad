import { expect, test } from 'vitest';
import type { RunProgress } from '../../protocol/run.ts';
import { runFraction, runStatus, runTitle } from './progress.ts';

const at = (change: Partial<RunProgress>): RunProgress => ({
  phase: 'train',
  epoch: 1,
  epochs: 4,
  step: 0,
  steps: 10,
  ...change,
});

test('the share done grows from 0 to 1 over all epochs', () => {
  expect(runFraction(null, 'preparing')).toBe(0);
  expect(runFraction(at({ phase: 'compile', epoch: 0, step: 5 }), 'preparing')).toBe(0);
  expect(runFraction(at({ step: 5 }), 'running')).toBe(0.125);
  expect(runFraction(at({ epoch: 3, step: 10 }), 'running')).toBe(0.75);
  expect(runFraction(at({ epoch: 3, phase: 'validate', step: 1 }), 'running')).toBe(0.75);
  expect(runFraction(at({ epoch: 4, phase: 'validate', step: 10 }), 'done')).toBe(1);
});

test('a run that was stopped early does not look whole', () => {
  expect(runFraction(at({ epoch: 2, step: 5 }), 'done')).toBe(0.375);
});

test('the status tells epoch, step, speed and time left', () => {
  expect(runStatus(at({ epoch: 2, step: 7, imagesPerSecond: 18.24, secondsLeft: 95 }), 'running', 1)).toBe(
    'Epoch 2 of 4 · step 7 of 10 · 18.2 images/s · 1 min 35 s left',
  );
  expect(runStatus(at({ epoch: 2, step: 7, secondsLeft: 95 }), 'paused', 1)).toBe(
    'Paused · Epoch 2 of 4 · step 7 of 10',
  );
  expect(runStatus(at({ phase: 'compile', epoch: 0, step: 3 }), 'preparing', 0)).toBe('Compiling shaders 3 of 10');
  expect(runStatus(at({ phase: 'validate', epoch: 1, step: 3 }), 'running', 0)).toBe(
    'Epoch 1 of 4 · validate, image 3 of 10',
  );
  expect(runStatus(null, 'done', 1)).toBe('Finished after 1 epoch');
  expect(runStatus(null, 'done', 2, true)).toBe('Stopped after 2 epochs');
});

test('the title shows epoch and Dice', () => {
  expect(runTitle(undefined, 0, 4, undefined)).toBe('Lesion Studio');
  expect(runTitle('running', 2, 4, 0.8123)).toBe('Epoch 3/4 · Dice 0.812 · Lesion Studio');
  expect(runTitle('running', 4, 4, 0.8)).toBe('Epoch 4/4 · Dice 0.800 · Lesion Studio');
  expect(runTitle('done', 4, 4, 0.8)).toBe('Done · Dice 0.800 · Lesion Studio');
});
