import { expect, test } from 'vitest';
import { seenText } from './seen-text.ts';

const image = (id: string, dice: number) => ({ id, dice, jaccard: 0, sensitivity: 0, specificity: 0, accuracy: 0 });
const images = [image('a', 0.4), image('b', 0.6), image('c', 0.9)];

test('says what the model has seen, and nothing where there is nothing to say', () => {
  expect(seenText({ images })).toBeNull();
  expect(seenText({ images, seen: { known: true, ids: [] } })).toBeNull();
  expect(seenText({ images, seen: { known: false, ids: [] } })).toContain('does not say which images');
  expect(seenText({ images, seen: { known: true, ids: ['x'] } })).toContain('1 more image was used to train');
  expect(seenText({ images, seen: { known: true, ids: ['c'] } }, true)).toBe(
    '1 of them were used to train this model (column seen of the CSV). Mean Dice of the other 2: 0.5000.',
  );
  expect(seenText({ images, seen: { known: true, ids: ['a', 'b', 'c'] } }, true)).toContain('all of them');
});
