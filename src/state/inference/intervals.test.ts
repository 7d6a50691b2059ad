import { expect, test } from 'vitest';
import { intervalsOf } from '../../metrics/summary.ts';
import { randomStream } from '../../random/pcg.ts';
import { intervalsFor } from './intervals.ts';

const random = randomStream(2);
const images = Array.from({ length: 1000 }, (_, i) => {
  const dice = random.unit();
  return { id: `${i}`, dice, jaccard: dice / (2 - dice), sensitivity: dice, specificity: 1, accuracy: 1 };
});

test('the same as all at once, with tasks between', async () => {
  const few = images.slice(0, 200);
  let tasks = 0;
  const timer = setInterval(() => tasks++);
  const found = await intervalsFor({ images: few }, () => false);
  clearInterval(timer);
  expect(found).toEqual(intervalsOf(few));
  // How many depends on the machine.
  expect(tasks).toBeGreaterThan(0);
});

test('those that the test brought along are taken as they are', async () => {
  const intervals = { meanDice: [0.1, 0.2] as [number, number] };
  expect(await intervalsFor({ images, intervals }, () => false)).toBe(intervals);
});

test('it can be stopped', async () => {
  let asked = 0;
  expect(await intervalsFor({ images }, () => ++asked > 2)).toBeNull();
  expect(asked).toBe(3);
});
