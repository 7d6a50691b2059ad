import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatLarge, formatPreparation, formatRate, formatScore } from './format.ts';

test.each([
  [0, '0 s'],
  [-3, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [95, '1 min 35 s'],
  [599, '9 min 59 s'],
  [600, '10 min'],
  [3599, '1 h 0 min'],
  [4000, '1 h 7 min'],
  [Number.POSITIVE_INFINITY, '–'],
])('%s seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [999_499, '999 kB'],
  [999_600, '1.00 MB'],
  [12_345_678, '12.3 MB'],
  [680_000_000, '680 MB'],
  [10_400_000_000, '10.4 GB'],
])('%s bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test('large numbers keep three digits', () => {
  expect(formatLarge(512)).toBe('512');
  expect(formatLarge(3_190_000)).toBe('3.19 M');
  expect(formatLarge(11_100_000_000)).toBe('11.1 G');
});

test('speeds and scores have fixed digits, and a dash where there is no number', () => {
  expect([0.523, 8.06, 120.4].map(formatRate)).toEqual(['0.52', '8.1', '120']);
  expect([0.8, 1, undefined, null, Number.NaN].map(value => formatScore(value))).toEqual([
    '0.800',
    '1.000',
    '–',
    '–',
    '–',
  ]);
});

test('a preparation is told as far as it is not the plain one', () => {
  expect(formatPreparation({ size: 64, framing: 'squeeze', constancy: false })).toBe('64 × 64');
  expect(formatPreparation({ size: 64, framing: 'crop', constancy: true })).toBe('64 × 64, crop, colour constancy');
});
