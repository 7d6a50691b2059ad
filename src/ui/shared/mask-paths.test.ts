import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaPath, outlinePath } from './mask-paths.ts';

const masks = fc
  .integer({ min: 1, max: 7 })
  .chain(size =>
    fc
      .array(fc.constantFrom(0, 1), { minLength: size * size, maxLength: size * size })
      .map(values => ({ size, mask: Uint8Array.from(values) })),
  );

test('the areas cover just the pixels asked for', () =>
  fc.assert(
    fc.property(masks, ({ size, mask }) => {
      const drawn = new Uint8Array(size * size);
      for (const [, x, y, width] of areaPath(size, i => mask[i] === 1).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
        for (let k = 0; k < Number(width); k++) drawn[Number(y) * size + Number(x) + k]!++;
      expect(drawn).toEqual(mask);
    }),
  ));

test('the outline has an edge just where the mask changes', () =>
  fc.assert(
    fc.property(masks, ({ size, mask }) => {
      const at = (x: number, y: number) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : (mask[y * size + x] ?? 0));
      const expected = new Set<string>();
      for (let y = 0; y <= size; y++)
        for (let x = 0; x <= size; x++) {
          if (x < size && at(x, y - 1) !== at(x, y)) expected.add(`h ${x} ${y}`);
          if (y < size && at(x - 1, y) !== at(x, y)) expected.add(`v ${x} ${y}`);
        }
      const drawn: string[] = [];
      for (const [, x, y, way, length] of outlinePath(size, mask).matchAll(/M(\d+) (\d+)([hv])(\d+)/g))
        for (let k = 0; k < Number(length); k++)
          drawn.push(way === 'h' ? `h ${Number(x) + k} ${y}` : `v ${x} ${Number(y) + k}`);
      expect(drawn).toHaveLength(expected.size);
      expect(new Set(drawn)).toEqual(expected);
    }),
  ));
