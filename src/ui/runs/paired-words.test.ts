import { expect, test } from 'vitest';
import type { Paired } from '../../metrics/paired.ts';
import { differenceText, pText, signed } from './paired-words.ts';

const paired = (low: number, high: number, images = 30, p = 0.01): Paired => ({
  ...{ images, difference: (low + high) / 2, interval: { low, high } },
  ranks: { pairs: images, positive: 1, negative: 2, p, exact: true },
});

test('the words claim no more than the interval', () => {
  expect(differenceText(paired(0.01, 0.03), 'A', 'B')).toBe('On these 30 images the mean Dice of B is higher.');
  expect(differenceText(paired(-0.03, -0.01), 'A', 'B')).toBe('On these 30 images the mean Dice of A is higher.');
  expect(differenceText(paired(-0.01, 0.03), 'A', 'B')).toBe('No difference can be told from these 30 images.');
  expect(differenceText(paired(0.01, 0.03, 30, 0.2), 'A', 'B')).toMatch(/higher\. The ranks of the images do not/);
  // A few images tell nothing, whatever they show.
  expect(differenceText(paired(0.01, 0.03, 9), 'A', 'B')).toBe('No difference can be told from these 9 images.');
  expect(differenceText({ ...paired(0, 0, 1), interval: undefined }, 'A', 'B')).toMatch(/this 1 image\.$/);
});

test('figures carry their sign, and a p is never 0', () => {
  expect([signed(0.01234), signed(-0.5, 2), signed(0), signed(-0.00001)]).toEqual([
    '+0.0123',
    '−0.50',
    '0.0000',
    '0.0000',
  ]);
  expect([pText(0.04126), pText(1e-9)]).toEqual(['0.041', '< 0.001']);
});
