import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings } from '../../protocol/settings.ts';
import { learningRate, PLATEAU_EPOCHS } from './schedule.ts';

const settings = { ...defaultSettings, lr: 5e-4, epochs: 20 };

test("exponential: the paper's", () => {
  expect(learningRate(settings, 1, [])).toBe(5e-4);
  expect(learningRate(settings, 11, [])).toBeCloseTo(5e-4 * 0.985 ** 10, 12);
});

test('cosine: from the first rate through a half of it in the middle to nearly nothing', () => {
  const cosine = { ...settings, schedule: 'cosine' as const };
  expect(learningRate(cosine, 1, [])).toBe(5e-4);
  expect(learningRate(cosine, 11, [])).toBeCloseTo(2.5e-4, 12);
  expect(learningRate(cosine, 20, [])).toBeCloseTo((5e-4 * (1 - Math.cos(Math.PI / 20))) / 2, 12);
});

test('warm-up: rises evenly, and is past after its epochs', () => {
  const warm = { ...settings, decay: 1, warmup: 4 };
  expect([1, 2, 3, 4, 5, 6].map(epoch => learningRate(warm, epoch, []) / 5e-4)).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1]);
});

test('plateau: halved after epochs without a better Dice, and again after as many more', () => {
  const plateau = { ...settings, schedule: 'plateau' as const };
  const after = (dice: readonly number[]) => learningRate(plateau, dice.length + 1, dice) / 5e-4;
  const flat = new Array<number>(PLATEAU_EPOCHS).fill(0.5);
  expect(after([0.5])).toBe(1);
  expect(after(flat)).toBe(1);
  expect(after([0.5, ...flat])).toBe(0.5);
  expect(after([0.5, ...flat, ...flat.slice(1)])).toBe(0.5);
  expect(after([0.5, ...flat, ...flat])).toBe(0.25);
  expect(after([0.5, ...flat, 0.6, ...flat.slice(1)])).toBe(0.5);
});

test('never above the first rate, and always above 0', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('exponential' as const, 'cosine' as const, 'plateau' as const),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(5),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (schedule, epoch, warmup, dice) => {
        const rate = learningRate({ ...settings, schedule, warmup }, epoch, dice);
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(5e-4);
      },
    ),
  ));
