import { expect, test } from 'vitest';
import { ofPhoto, ofSquare } from './geometry.ts';

/** Where a point of the square lies on the photograph. */
function on(transform: string, x: number, y: number): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (/matrix\((.*)\)/.exec(transform)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return [a * x + c * y + e, b * x + d * y + f];
}

test.each([
  ['squeeze', [0, 0], [0, 0]],
  ['squeeze', [64, 64], [600, 450]],
  ['letterbox', [0, 8], [0, 0]],
  ['letterbox', [64, 56], [600, 450]],
  ['crop', [0, 0], [75, 0]],
  ['crop', [64, 64], [525, 450]],
] as const)('%s: %j of the square is %j of the photograph', (framing, [x, y], expected) => {
  const { width, height, transform } = ofPhoto(64, framing, [600, 450]);
  expect([width, height]).toEqual([600, 450]);
  expect(on(transform, x, y)).toEqual(expected.map(value => expect.closeTo(value, 6)));
});

test('without the photograph the square stands, in the image’s own shape where all of it was squeezed in', () => {
  expect(ofSquare(64, 'squeeze', [600, 450])).toEqual({ width: 600, height: 450, transform: 'scale(9.375 7.03125)' });
  expect(ofSquare(64, 'crop', [600, 450])).toEqual({ width: 64, height: 64, transform: 'scale(1 1)' });
  expect(ofSquare(64, 'squeeze')).toEqual({ width: 64, height: 64, transform: 'scale(1 1)' });
});
