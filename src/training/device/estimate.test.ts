import { expect, test } from 'vitest';
import { defaultSettings } from '../../protocol/settings.ts';
import { estimateMemory, largestFitting, tooLarge } from './estimate.ts';

test('the largest batch is found, none and all included', () => {
  for (const limit of [0, 1, 2, 7, 33, 64]) expect(largestFitting(batch => batch <= limit)).toBe(limit);
});

test('what fits one batch more does not fit, by the same plan', async () => {
  const settings = { ...defaultSettings, size: 64, filters: 4, batch: 8 };
  const { largestBuffer } = await estimateMemory(settings, Number.MAX_SAFE_INTEGER);
  const exact = await estimateMemory(settings, largestBuffer);
  expect(exact.fits).toBe(true);
  expect(exact.largestBatch).toBeGreaterThanOrEqual(8);
  const tight = await estimateMemory(settings, largestBuffer - 1);
  expect(tight.fits).toBe(false);
  expect(tight.largestBatch).toBeLessThan(8);
  expect((await estimateMemory({ ...settings, batch: tight.largestBatch }, largestBuffer - 1)).fits).toBe(true);
  expect(tooLarge(settings, tight).remedy).toContain(String(tight.largestBatch));
});
