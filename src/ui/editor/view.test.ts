import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted, panned, toImage, toStage, zoomed } from './view.ts';

const sides = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const stage = fc.record({ width: fc.integer({ min: 200, max: 2500 }), height: fc.integer({ min: 200, max: 1500 }) });

test('fitted, all of the picture is on the stage', () => {
  fc.assert(
    fc.property(sides, stage, (image, of) => {
      const view = fitted(image, of);
      for (const [x, y] of [
        [0, 0],
        [image.width, image.height],
      ] as const) {
        const at = toStage(view, x, y);
        expect(at.x).toBeGreaterThan(-1e-6);
        expect(at.y).toBeGreaterThan(-1e-6);
        expect(at.x).toBeLessThan(of.width + 1e-6);
        expect(at.y).toBeLessThan(of.height + 1e-6);
      }
    }),
  );
});

test('zooming keeps the point under the cursor, wherever that is on the picture', () => {
  fc.assert(
    fc.property(sides, stage, fc.double({ min: 0.3, max: 3, noNaN: true }), fc.gen(), (image, of, factor, draw) => {
      const before = fitted(image, of);
      const [x, y] = [draw(fc.integer, { min: 0, max: of.width }), draw(fc.integer, { min: 0, max: of.height })];
      const point = toImage(before, x, y);
      const after = zoomed(before, factor, x, y, image, of);
      // Beyond the picture's border the stage's middle holds on to it instead.
      const middle = toImage(after, of.width / 2, of.height / 2);
      const held =
        middle.x > 1e-6 && middle.y > 1e-6 && middle.x < image.width - 1e-6 && middle.y < image.height - 1e-6;
      if (!held) return;
      const found = toStage(after, point.x, point.y);
      expect(Math.hypot(found.x - x, found.y - y)).toBeLessThan(1e-6 * Math.max(1, after.scale * 9000));
    }),
  );
});

test('however far it is panned, the middle of the stage stays on the picture', () => {
  fc.assert(
    fc.property(sides, stage, fc.integer(), fc.integer(), (image, of, dx, dy) => {
      const view = panned(fitted(image, of), dx, dy, image, of);
      const middle = toImage(view, of.width / 2, of.height / 2);
      expect(middle.x).toBeGreaterThanOrEqual(-1e-6);
      expect(middle.y).toBeGreaterThanOrEqual(-1e-6);
      expect(middle.x).toBeLessThanOrEqual(image.width + 1e-6);
      expect(middle.y).toBeLessThanOrEqual(image.height + 1e-6);
    }),
  );
});
