import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings } from '../../protocol/settings.ts';
import { estimateByPlan, estimateCpuMemory, estimateMemory, largestFitting, planFits, tooLarge } from './estimate.ts';

const settings = { ...defaultSettings, size: 64, filters: 4, batch: 8 };
const all = { buffer: Number.MAX_SAFE_INTEGER, total: null };

test('the largest batch is found, none and all included', () => {
  for (const limit of [0, 1, 2, 7, 33, 64]) expect(largestFitting(batch => batch <= limit)).toBe(limit);
});

test('what fits one batch more does not fit, by the same plan, by one buffer as by all', async () => {
  const { largestBuffer, bytes } = await estimateMemory(settings, all);
  for (const [exactly, oneLess] of [
    [
      { ...all, buffer: largestBuffer },
      { ...all, buffer: largestBuffer - 1 },
    ],
    [
      { ...all, total: bytes },
      { ...all, total: bytes - 1 },
    ],
  ] as const) {
    const exact = await estimateMemory(settings, exactly);
    expect(exact.fits).toBe(true);
    expect(exact.largestBatch).toBeGreaterThanOrEqual(8);
    const tight = await estimateMemory(settings, oneLess);
    expect(tight.fits).toBe(false);
    expect(tight.largestBatch).toBeLessThan(8);
    expect((await estimateMemory({ ...settings, batch: tight.largestBatch }, oneLess)).fits).toBe(true);
    const told = tooLarge(settings, tight);
    expect(told.remedy).toContain(String(tight.largestBatch));
    expect(told.happened).toMatch(oneLess.total === null ? /in one piece/ : /has [\d.]+ MB for it/);
  }
});

test('the CPU’s plan is one memory: what does not fit into it does not fit at all', async () => {
  const { bytes, largestBuffer } = await estimateCpuMemory(settings, 2, all);
  expect(largestBuffer).toBe(bytes);
  const limits = { buffer: 2 ** 32, total: bytes };
  expect((await estimateCpuMemory(settings, 2, limits)).largestBatch).toBeGreaterThanOrEqual(8);
  expect((await estimateCpuMemory(settings, 2, { ...limits, total: bytes - 1 })).largestBatch).toBeLessThan(8);
});

test('the largest batch fits and the next does not, whatever the limits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.option(fc.integer({ min: 1, max: 4000 })),
      (fixed, each, buffer, total) => {
        const plan = (batch: number) => ({ total: fixed + 3 * each * batch, largest: each * batch });
        const limits = { buffer, total };
        const { largestBatch, fits } = estimateByPlan(plan, 5, limits);
        expect(fits).toBe(largestBatch >= 5);
        if (largestBatch > 0) expect(planFits(plan(largestBatch), limits)).toBe(true);
        if (largestBatch < 64) expect(planFits(plan(largestBatch + 1), limits)).toBe(false);
      },
    ),
  );
});
