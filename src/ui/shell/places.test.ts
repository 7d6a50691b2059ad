import { expect, test } from 'vitest';
import { placeIn } from './places.ts';

test.each([
  ['#train', 'train'],
  ['#models', 'models'],
  ['', 'data'],
  ['#nothing', 'data'],
  ['#Train', 'data'],
])('the hash %j opens %s', (hash, place) => expect(placeIn(hash)).toBe(place));
