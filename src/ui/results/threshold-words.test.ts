import { expect, test } from 'vitest';
import { PLAIN } from '../../protocol/scores.ts';
import { knownText, offersValidation, testedText } from './threshold-words.ts';

/** Mean Dice 0.8 at every threshold but these. */
const curve = (others: Record<number, number>) => Array.from({ length: 99 }, (_, i) => others[i + 1] ?? 0.8);
const errors = curve({}).map(() => 0.002);

test('validation’s threshold is offered where it would change something, and stays where it was taken', () => {
  expect(offersValidation({ best: null, level: 50, byValidation: false })).toBe(true);
  expect(offersValidation({ best: 62, level: 50, byValidation: false })).toBe(true);
  expect(offersValidation({ best: 62, level: 62, byValidation: true })).toBe(true);
  expect(offersValidation({ best: 62, level: 62, byValidation: false })).toBe(false);
  for (const level of [31, 50])
    for (const byValidation of [false, true]) expect(offersValidation({ best: 50, level, byValidation })).toBe(false);
});

test('a gain beyond its standard error is told with it', () => {
  const validation = curve({ 62: 0.81 });
  expect(testedText({ validation, validationErrors: errors }, 62)).toBe(
    'Best on validation: 0.62, mean Dice 0.8100 (+0.0100 ± 0.0020 over 0.50).',
  );
  const known = { ...PLAIN, value: 0.62, dice: 0.81, images: 30 };
  expect(knownText({ ...known, gain: { value: 0.01, error: 0.002 } })).toBe(
    'Best on this model’s validation images: 0.62 (+0.0100 ± 0.0020 over 0.50).',
  );
  expect(knownText(known)).toBe('Best on this model’s validation images: 0.62.');
});

test('a gain under its standard error is said to be none', () => {
  const validation = curve({ 62: 0.801 });
  expect(testedText({ validation, validationErrors: errors }, 50)).toBe(
    'Highest on validation: 0.62 (+0.0010 ± 0.0020). That is within its standard error, so no gain.',
  );
  const known = { ...PLAIN, value: 0.5, dice: 0.8, images: 30, gain: { value: 0.001, error: 0.002 } };
  expect(knownText(known)).toBe(
    'No other threshold gains more than its standard error on this model’s validation images (+0.0010 ± 0.0020): that is no gain.',
  );
  expect(knownText({ ...known, gain: { value: 0, error: 0 } })).toBe(
    'No other threshold is better on this model’s validation images.',
  );
  expect(testedText({ validation: curve({}), validationErrors: errors }, 50)).toBe(
    'Best on validation: 0.50, mean Dice 0.8000.',
  );
});

test('an ensemble has no validation images of its own, and is not offered their threshold', () => {
  expect(offersValidation({ best: null, level: 50, byValidation: false, ensemble: true })).toBe(false);
  // On images that none of its networks has seen there is one.
  expect(offersValidation({ best: 62, level: 50, byValidation: false, ensemble: true })).toBe(true);
  expect(knownText(undefined, true)).toMatch(/^Not known of an ensemble/);
});

test('what is not known yet is not told', () => {
  expect(knownText(undefined)).toBe('Found on the validation images when it is needed.');
});
