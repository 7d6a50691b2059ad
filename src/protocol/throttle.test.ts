import { expect, test } from 'vitest';
import { progressTeller, Throttle } from './throttle.ts';

test('a throttle lets the first and the newest through', () => {
  let now = 0;
  const sent: number[] = [];
  const throttle = new Throttle<number>(
    value => sent.push(value),
    () => now,
  );
  throttle.offer(1);
  now = 50;
  throttle.offer(2);
  throttle.offer(3);
  expect(sent).toEqual([1]);
  throttle.flush();
  throttle.flush();
  expect(sent).toEqual([1, 3]);
  now = 200;
  throttle.offer(4);
  expect(sent).toEqual([1, 3, 4]);
});

test('progress is told at its pace, at most ten times a second, and its end always', () => {
  let now = 0;
  const told: unknown[] = [];
  const tell = progressTeller(
    progress => told.push(progress),
    () => now,
  );
  tell(0, 4);
  now = 50;
  tell(1, 4);
  now = 200;
  tell(2, 4);
  now = 210;
  tell(3, 4);
  now = 220;
  tell(4, 4);
  expect(told).toEqual([
    { done: 0, total: 4, secondsLeft: undefined },
    { done: 2, total: 4, secondsLeft: 0.2 },
    { done: 4, total: 4, secondsLeft: 0 },
  ]);
});
