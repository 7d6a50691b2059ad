import fc from 'fast-check';
import { expect, test } from 'vitest';
import { augmentBatch, drawTransform, type Transform } from './augment.ts';

/** [[1,2],[3,4]] as a mask, and the same values in the red channel. */
function square() {
  const masks = Uint8Array.of(1, 2, 3, 4);
  const images = new Uint8Array(12);
  masks.forEach((value, i) => {
    images[i * 3] = value;
    images[i * 3 + 1] = value + 10;
  });
  return { images, masks };
}

function moved(transform: Partial<Transform>): string {
  const batch = square();
  augmentBatch(batch, 2, [{ flipX: false, flipY: false, transpose: false, ...transform }]);
  batch.masks.forEach((value, i) => {
    expect([batch.images[i * 3], batch.images[i * 3 + 1]]).toEqual([value, value + 10]);
  });
  return [...batch.masks].join('');
}

test('flips and turns move image and mask by the same map', () => {
  expect(moved({})).toBe('1234');
  expect(moved({ flipX: true })).toBe('2143');
  expect(moved({ flipY: true })).toBe('3412');
  expect(moved({ flipX: true, flipY: true })).toBe('4321');
  expect(moved({ transpose: true })).toBe('1324');
});

test('quarter turns alone are turns: never a mirror image', () => {
  // The four rotations of [[1,2],[3,4]]; a reflection would read 2143, 3412, 1324 or 4231.
  const rotations = new Set(['1234', '3142', '4321', '2413']);
  const seen = new Set<string>();
  for (let image = 0; image < 200; image++) seen.add(moved(drawTransform({ flips: false, turns: true }, 7, 1, image)));
  expect(seen).toEqual(rotations);
});

test('flips and turns together reach all eight symmetries', () => {
  const seen = new Set<string>();
  for (let image = 0; image < 400; image++) seen.add(moved(drawTransform({ flips: true, turns: true }, 7, 1, image)));
  expect(seen.size).toBe(8);
});

test('a transform is decided by seed, epoch and image', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1000), fc.nat(5000), (seed, epoch, image) => {
      const draw = () => drawTransform({ flips: true, turns: true }, seed, epoch, image);
      expect(draw()).toEqual(draw());
    }),
  );
  const epochs = Array.from({ length: 30 }, (_, epoch) =>
    JSON.stringify(drawTransform({ flips: true, turns: true }, 1, epoch, 0)),
  );
  expect(new Set(epochs).size).toBeGreaterThan(3);
});
