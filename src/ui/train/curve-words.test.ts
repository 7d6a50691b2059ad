import { expect, test } from 'vitest';
import { fitCurve } from '../../metrics/learning-curve.ts';
import { errorAt } from '../../metrics/power-law.ts';
import { curveText } from './curve-words.ts';

const sizes = [24, 48, 96, 192, 240];
const pointsOf = (errors: readonly number[]) => sizes.map((n, i) => ({ n, error: errors[i] ?? 0 }));
const textOf = (errors: readonly number[]) =>
  curveText({ fit: fitCurve(pointsOf(errors)), images: 240, count: errors.length });

test('few sizes tell nothing', () => {
  expect(curveText({ fit: null, images: 48, count: 1 })).toMatch(/needs at least 4 sizes, and one is done/);
  expect(curveText({ fit: null, images: 48, count: 3 })).toMatch(/3 are done: what more images would give cannot be/);
});

test('a clear curve tells its gain with its band', () => {
  const law = { a: 0.05, b: 0.9, c: 0.5 };
  const text = textOf(sizes.map(n => errorAt(law, n)));
  const gain = errorAt(law, 240) - errorAt(law, 480);
  expect(text).toMatch(
    /^Twice as many training images \(480\) would raise the mean Dice by about 0\.017 \(95 %: 0\.01\d/,
  );
  expect(gain).toBeCloseTo(0.017, 3);
});

test('where the points scatter as much as they fall, nothing is claimed', () => {
  expect(textOf([0.3, 0.24, 0.29, 0.22, 0.27])).toMatch(
    /^Whether more images would help cannot be told: twice as many \(480\) could give anything from nothing to \+0\.\d{3}/,
  );
});

test('equal errors promise nothing', () => {
  expect(textOf([0.2, 0.2, 0.2, 0.2, 0.2])).toMatch(/by less than 0\.001/);
});
