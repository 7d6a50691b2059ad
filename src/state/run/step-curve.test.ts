import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';
import { addSteps, epochTimes, MOST_POINTS, noSteps, stepsUpTo } from './step-curve.ts';

const PER_EPOCH = 4;
const SECONDS = 10;
const epochs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ epoch: i + 1, seconds: SECONDS, imagesPerSecond: i }) as EpochRecord);
/** The n-th step of a run, from 0. */
const step = (n: number): StepRecord => {
  const step = (n % PER_EPOCH) + 1;
  return { epoch: Math.floor(n / PER_EPOCH) + 1, step, seconds: 2 * step, loss: n, dice: 1 / (n + 1), accuracy: 0.5 };
};
const steps = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => step(from + i));
const all = epochs(5000);

test('a step stands where it ended, by epochs and by time', () => {
  const { points, stride } = addSteps(noSteps, steps(0, 6), epochs(1), PER_EPOCH);
  expect(stride).toBe(1);
  expect(points.map(({ position }) => position)).toEqual([0.25, 0.5, 0.75, 1, 1.25, 1.5]);
  expect(points.map(({ seconds }) => seconds)).toEqual([2, 4, 6, 8, 12, 14]);
  expect(points[5]).toMatchObject({ loss: 5, dice: 1 / 6, accuracy: 0.5, steps: 1 });
});

test('however long the run and in whatever portions: bounded, in order, every step counted once, ending with the newest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 }), portions => {
      let curve = noSteps;
      let made = 0;
      for (const portion of portions) {
        curve = addSteps(curve, steps(made, made + portion), all, PER_EPOCH);
        made += portion;
      }
      // The same as all at once.
      expect(curve).toEqual(addSteps(noSteps, steps(0, made), all, PER_EPOCH));
      const { points, stride } = curve;
      expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
      expect(points.reduce((sum, point) => sum + point.steps, 0)).toBe(made);
      expect(points.slice(0, -1).every(point => point.steps === stride)).toBe(true);
      expect(points.at(-1)?.position).toBeCloseTo(made / PER_EPOCH, 9);
      points.forEach((point, i) => {
        const from = i * stride;
        // The mean of so many steps, and the last one's place.
        expect(point.loss).toBeCloseTo(from + (point.steps - 1) / 2, 6);
        expect(point.position).toBeCloseTo((from + point.steps) / PER_EPOCH, 9);
      });
    }),
    { numRuns: 40 },
  );
});

test('where the run goes back, its steps from there on go, and are made again', () => {
  const curve = addSteps(noSteps, steps(0, 11), all, PER_EPOCH);
  const kept = stepsUpTo(curve, 1.5);
  expect(kept.points).toHaveLength(6);
  expect(addSteps(kept, steps(6, 11), all, PER_EPOCH)).toEqual(curve);
});

test('epochs end at the seconds that they and those before took', () => {
  const taken = [
    { ...epochs(1)[0], seconds: 4 },
    { ...epochs(2)[1], seconds: 2.5 },
  ] as EpochRecord[];
  expect(epochTimes(taken)).toEqual([
    { epoch: 1, end: 4, seconds: 4, imagesPerSecond: 0 },
    { epoch: 2, end: 6.5, seconds: 2.5, imagesPerSecond: 1 },
  ]);
});
