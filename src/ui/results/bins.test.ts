import { expect, test } from 'vitest';
import { diceBins } from './bins.ts';

test('each score counts once, the ends included', () => {
  const bins = diceBins([0, 0.04, 0.05, 0.8, 0.999, 1, 1]);
  expect(bins).toHaveLength(20);
  expect(bins.filter(({ count }) => count > 0)).toEqual([
    { from: 0, to: 0.05, count: 2 },
    { from: 0.05, to: 0.1, count: 1 },
    { from: 0.8, to: 0.85, count: 1 },
    { from: 0.95, to: 1, count: 3 },
  ]);
});
