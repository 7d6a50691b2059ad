import { expect, test } from 'vitest';
import { parseNumber } from './parse-number.ts';

test.each([
  ['12', 12],
  [' 0,5 ', 0.5],
  ['5e-4', 0.0005],
  ['.25', 0.25],
])('“%s” is typed for %s', (text, value) => expect(parseNumber(text)).toBe(value));

test.each(['', ' ', 'abc', '1 2', '0x10', 'Infinity', '1,2,3', 'e5'])('“%s” is no number', text =>
  expect(parseNumber(text)).toBeNaN(),
);
