import { expect, test } from 'vitest';
import { joinAlike } from './near-duplicates.ts';

test('groups are joined over chains, and numbered as they come', () => {
  const groups = Array.from({ length: 100 }, (_, i) => i);
  groups[7] = 2;
  const { groups: joined, joined: pairs } = joinAlike(groups, [
    [1, 2],
    [5, 7],
    [2, 7],
  ]);
  expect(joined.slice(0, 9)).toEqual([0, 1, 1, 2, 3, 1, 4, 1, 5]);
  expect(pairs).toEqual([
    [1, 2],
    [5, 7],
  ]);
  expect(joinAlike(groups, []).groups.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 2, 7]);
});

test('where all look alike a split stays possible', () => {
  const pairs = Array.from({ length: 40 }, (_, i) => [i, i + 1] as const);
  const { groups } = joinAlike(
    Array.from({ length: 41 }, (_, i) => i),
    pairs,
  );
  expect(new Set(groups).size).toBeGreaterThanOrEqual(20);
});
