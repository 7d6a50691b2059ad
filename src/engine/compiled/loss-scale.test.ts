import { expect, test } from 'vitest';
import { LOSS_SCALE, LossScale } from './loss-scale.ts';

test('backs off once for all steps of one scale, grows after many without overflow', () => {
  const scale = new LossScale(1024);
  expect([scale.report(1024, true), scale.report(1024, true), scale.value]).toEqual([true, true, 512]);
  for (let step = 1; step < LOSS_SCALE.growAfter; step++) scale.report(512, false);
  expect(scale.value).toBe(512);
  scale.report(512, false);
  expect(scale.value).toBe(1024);
});

test('stays within its bounds and says when no scale can help', () => {
  const scale = new LossScale(2);
  expect(scale.report(2, true)).toBe(true);
  expect(scale.report(1, true)).toBe(false);
  expect(scale.value).toBe(LOSS_SCALE.least);
  const high = new LossScale(LOSS_SCALE.most);
  for (let step = 0; step < LOSS_SCALE.growAfter; step++) high.report(LOSS_SCALE.most, false);
  expect(high.value).toBe(LOSS_SCALE.most);
});

test('goes on from the state of another as that one would', () => {
  const whole = new LossScale(1024);
  const before = new LossScale(1024);
  const fates = Array.from({ length: 3 * LOSS_SCALE.growAfter }, (_, step) => step === 70);
  const half = 700;
  for (const fate of fates.slice(0, half)) {
    whole.report(whole.value, fate);
    before.report(before.value, fate);
  }
  const after = new LossScale(LOSS_SCALE.first);
  after.restore(before.state);
  for (const fate of fates.slice(half)) {
    whole.report(whole.value, fate);
    after.report(after.value, fate);
    expect(after.value).toBe(whole.value);
  }
  // It backed off once, and grew twice or more: the count of clean steps went over too.
  expect(whole.value).toBeGreaterThan(512);
});
