import { expect, test } from 'vitest';
import { madePlan } from '../../testing/made-plan.ts';
import { listed, type Order, totals } from './operations.ts';

const labels = (text: string, order: Order) =>
  listed(madePlan(), text, order).map(({ number, label }) => `${number} ${label}`);

test('all as they run, or the costliest first', () => {
  expect(labels('', 'as run')).toEqual(['0 first forward', '1 second forward', '2 probabilities', '3 first filter']);
  expect(labels('', 'FLOP')[0]).toBe('3 first filter');
  expect(labels('', 'bytes')[0]).toBe('0 first forward');
  expect(labels('', 'time')[0]).toBe('1 second forward');
});

test('found by label and by part, whatever the case', () => {
  expect(labels(' FIRST ', 'as run')).toEqual(['0 first forward', '3 first filter']);
  expect(labels('training', 'as run')).toEqual(['3 first filter']);
  expect(labels('nothing such', 'as run')).toEqual([]);
});

test('sums, and no time where nothing was timed', () => {
  const { operations } = madePlan();
  expect(totals(operations)).toEqual({ count: 4, bytes: 420, flops: 7000, milliseconds: 3.5 });
  expect(totals(operations.map(operation => ({ ...operation, milliseconds: null }))).milliseconds).toBeNull();
  expect(totals([])).toEqual({ count: 0, bytes: 0, flops: 0, milliseconds: null });
});
