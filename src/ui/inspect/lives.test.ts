import { expect, test } from 'vitest';
import { madePlan } from '../../testing/made-plan.ts';
import { livesPicture } from './lives.ts';

test('a slot lies in its buffer, from its first operation to its last; the largest buffer on top', () => {
  const { lives, width, height, borders } = livesPicture(madePlan());
  expect({ width, height, borders }).toEqual({ width: 4, height: 160, borders: [2, 3] });
  const places = lives.map(({ slot, kind, ...place }) => [slot.name, kind, place]);
  expect(places).toEqual([
    ['weights', 'persistent', { x: 0, y: 0, width: 4, height: 100 }],
    ['first', 'other', { x: 0, y: 100, width: 2, height: 60 }],
    ['first gradient', 'gradient', { x: 3, y: 100, width: 1, height: 40 }],
  ]);
});

test('no two slots cover each other', () => {
  const { lives } = livesPicture(madePlan());
  for (const a of lives)
    for (const b of lives) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(a === b || apart).toBe(true);
    }
});
