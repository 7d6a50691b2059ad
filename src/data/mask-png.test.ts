import fc from 'fast-check';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { maskEncoder } from '../masks/coded.ts';
import { maskOfPng, pngOfMask } from './mask-png.ts';

const masks = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })).chain(([width, height]) =>
  fc.record({
    ...{ width: fc.constant(width), height: fc.constant(height) },
    bits: fc.array(fc.constantFrom(0, 1), { minLength: width * height, maxLength: width * height }),
  }),
);

test('a mask is the same after it was a file, whose pixels are 0 and 255', () => {
  fc.assert(
    fc.property(masks, ({ width, height, bits }) => {
      const encoder = maskEncoder();
      encoder.push(Uint8Array.from(bits));
      const coded = encoder.finish();
      const png = pngOfMask(coded, { width, height });
      const { data, channels, depth, ...sides } = decode(png);
      expect({ ...{ channels, depth }, width: sides.width, height: sides.height }).toEqual({
        ...{ channels: 1, depth: 8, width, height },
      });
      expect([...data]).toEqual(bits.map(bit => bit * 255));
      expect(maskOfPng(png)).toEqual(coded);
    }),
  );
});
