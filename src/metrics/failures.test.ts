import { expect, test } from 'vitest';
import { areaError, confusion, precision, sensitivity } from './confusion.ts';
import { failureKind, lowestTenth, piecesOf } from './failures.ts';

/** A row of twenty pixels with lesion from one place to another. */
const row = (from: number, to: number) => Array.from({ length: 20 }, (_, i) => Number(i >= from && i < to));
const kind = (predicted: number[], truth: number[]) => {
  const counts = confusion(predicted, truth);
  return failureKind({
    ...{ sensitivity: sensitivity(counts), precision: precision(counts), areaError: areaError(counts) },
  });
};

test('how a mask fails follows from what it missed and added', () => {
  const truth = row(5, 10);
  expect(kind(row(0, 0), truth)).toBe('missed');
  expect(kind(row(12, 18), truth)).toBe('wrong place');
  expect(kind(row(8, 13), truth)).toBe('wrong place');
  expect(kind(row(6, 8), truth)).toBe('too small');
  expect(kind(row(2, 15), truth)).toBe('too large');
  // All of a lesion that is not there.
  expect(kind(row(2, 15), row(0, 0))).toBe('too large');
});

test('pieces that are no specks', () => {
  expect(piecesOf([])).toBe(0);
  expect(piecesOf([100])).toBe(1);
  expect(piecesOf([100, 4])).toBe(1);
  expect(piecesOf([100, 6, 50])).toBe(2);
  expect(failureKind({ sensitivity: 0.9, precision: 0.5, areaError: 0.8, pieces: 2 })).toBe('several pieces');
  expect(failureKind({ sensitivity: 0, precision: 0, areaError: -1, pieces: 0 })).toBe('missed');
});

test('a result without precision tells no kind', () => {
  expect(failureKind({ sensitivity: 0.1 })).toBeUndefined();
});

test('a tenth is one image at least', () => {
  const images = Array.from({ length: 31 }, (_, i) => i);
  expect(lowestTenth(images)).toEqual([0, 1, 2, 3]);
  expect(lowestTenth([7])).toEqual([7]);
  expect(lowestTenth([])).toEqual([]);
});
