import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LARGEST_FLOPS } from '../../kernels/dispatch.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { defaultChoices } from './choices.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { Pace, partsOf, SLOW_DEVICE, SUBMIT_MS, workOf } from './submits.ts';

test('parts follow each other, hold everything, and are no larger than they may be', () => {
  expect(partsOf([], 5)).toEqual([]);
  expect(partsOf([1, 2, 3, 9, 1, 1], 5)).toEqual([2, 3, 4, 6]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 20 }), (work, most) => {
      const ends = partsOf(work, most);
      expect(ends.at(-1) ?? 0).toBe(work.length);
      const parts = ends.map((end, i) => work.slice(ends[i - 1] ?? 0, end));
      expect(parts.flat()).toEqual(work);
      for (const part of parts)
        expect(part.filter(one => one > 0).length < 2 || part.reduce((a, b) => a + b, 0) <= most).toBe(true);
    }),
  );
});

test('a submit takes as long on any device once a step was measured', () => {
  const pace = new Pace('gpu');
  expect(pace.most).toBe((SLOW_DEVICE * SUBMIT_MS.gpu) / 1000);
  pace.report(2e12, 1000);
  expect(pace.most).toBe((2e12 * SUBMIT_MS.gpu) / 1000);
  // A step of no time at all says nothing of infinite speed.
  pace.report(1e9, 0);
  expect(pace.most).toBe((1e12 * SUBMIT_MS.gpu) / 1000);
});

for (const batch of [1, 8, 32])
  test(`the longest submit of a step at 256², 16 filters and batch ${batch} is under 100 ms on a slow device`, () => {
    const network = buildNetwork('improved-unet', 16);
    const settings = { network, size: 256, batch, crossEntropy: 0, l2: 0, dropout: true };
    const plan = buildGpuPlan(settings, defaultChoices('gpu'));
    const steps = [
      [...plan.forward, ...plan.training],
      [...plan.forward, ...plan.probabilities],
    ];
    for (const step of steps) {
      expect(Math.max(...step.map(({ flops }) => flops))).toBeLessThanOrEqual(LARGEST_FLOPS);
      const work = step.map(workOf);
      const ends = partsOf(work, new Pace('gpu').most);
      const longest = Math.max(
        ...ends.map((end, i) => work.slice(ends[i - 1] ?? 0, end).reduce((sum, one) => sum + one, 0) / SLOW_DEVICE),
      );
      expect(longest).toBeLessThanOrEqual(0.1);
    }
  });
