import { expect, test } from 'vitest';
import { expand, product, range } from './template.ts';

test('repeats, nests and drops lines', () => {
  const source = [
    'a',
    '//# each p',
    'x$p',
    '//# if on',
    '//# each n',
    'y$p_$n',
    '//# end',
    '//# end',
    '//# end',
    'b',
  ].join('\n');
  const lists = { p: range('p', 2), n: range('n', 2) };
  expect(expand(source, { lists, flags: { on: true } })).toBe('a\nx0\ny0_0\ny0_1\nx1\ny1_0\ny1_1\nb');
  expect(expand(source, { lists, flags: { on: false } })).toBe('a\nx0\nx1\nb');
  expect(expand(source, { lists: { ...lists, p: [] }, flags: { on: true } })).toBe('a\nb');
});

test('constants: upper-case names are integers, lower-case names floats', () => {
  expect(expand('', { constants: { K: 3, slope: 1, rate: 0.3 } })).toBe(
    'const K = 3;\nconst slope = 1.0;\nconst rate = 0.3;\n',
  );
});

test('blocks that do not close, and lists and flags that are not given, are faults', () => {
  expect(() => expand('//# if a\nx', { flags: { a: true } })).toThrow('not closed');
  expect(() => expand('//# end', {})).toThrow('not begun');
  expect(() => expand('//# each p\n//# end', {})).toThrow('no list p');
  expect(() => expand('//# if p\n//# end', {})).toThrow('no flag p');
});

test('products run through the last list fastest', () => {
  expect(product(range('a', 2), range('b', 2))).toEqual([
    { a: 0, b: 0 },
    { a: 0, b: 1 },
    { a: 1, b: 0 },
    { a: 1, b: 1 },
  ]);
});
