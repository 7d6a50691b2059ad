/** Masks of runs against masks of bits, pixel by pixel, for random ones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskDecoder, maskEncoder } from './coded.ts';
import { complement, countOf, difference, intersection, type Row, rowOf, union, widened } from './rows.ts';
import { areaOf, codedOf, diceOfMasks, emptyMask, fromBits, fromCoded, sameMask, toBits } from './run-mask.ts';

const WIDTH = 24;

/** Any mask, from a few runs a row to single pixels. */
const bitsOf = (width: number, height: number) =>
  fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 });

const rowBits = (row: Row) => {
  const bits = new Array<number>(WIDTH).fill(0);
  for (let i = 0; i < row.length; i += 2) bits.fill(1, row[i], row[i + 1]);
  return bits;
};
const row = fc.array(fc.integer({ min: -3, max: WIDTH + 3 }), { maxLength: 12 }).map(ends => {
  const even = ends.slice(0, ends.length & ~1);
  return rowOf(even, WIDTH);
});
/** Each run ends before the next begins, with a gap, within the width. */
const isSound = (of: Row) =>
  of.length % 2 === 0 && of.every((end, i) => end >= 0 && end <= WIDTH && (i === 0 || end > of[i - 1]!));

describe('rows', () => {
  test.each([
    ['union', union, (a: number, b: number) => a | b],
    ['intersection', intersection, (a: number, b: number) => a & b],
    ['difference', difference, (a: number, b: number) => a & (1 - b)],
  ] as const)('%s is the same as that of their bits', (_, of, ofBits) => {
    fc.assert(
      fc.property(row, row, (a, b) => {
        const made = of(a, b);
        expect(isSound(made)).toBe(true);
        expect(rowBits(made)).toEqual(rowBits(a).map((bit, x) => ofBits(bit, rowBits(b)[x]!)));
      }),
    );
  });

  test('complement, count and widening', () => {
    fc.assert(
      fc.property(row, fc.integer({ min: -3, max: 3 }), (a, by) => {
        const bits = rowBits(a);
        expect(rowBits(complement(a, WIDTH))).toEqual(bits.map(bit => 1 - bit));
        expect(countOf(a)).toBe(bits.filter(Boolean).length);
        const reach = Math.abs(by);
        // Beyond the border a row goes on as at it.
        const around = (x: number) =>
          Array.from({ length: 2 * reach + 1 }, (_, i) => bits[Math.min(WIDTH - 1, Math.max(0, x - reach + i))]);
        const wanted = bits.map((_, x) => ((by >= 0 ? around(x).some(Boolean) : around(x).every(Boolean)) ? 1 : 0));
        const made = widened(a, by, WIDTH);
        expect(isSound(made)).toBe(true);
        expect(rowBits(made)).toEqual(wanted);
      }),
    );
  });
});

describe('masks', () => {
  test('round trips: bits, runs, code', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), fc.gen(), (width, height, draw) => {
        const bits = draw(bitsOf, width, height);
        const mask = fromBits(bits, width, height);
        expect(toBits(mask)).toEqual(bits);
        const encoder = maskEncoder();
        encoder.push(bits);
        const coded = codedOf(mask);
        // The very bytes that reading the mask's file would have given: fingerprints depend on it.
        expect(coded).toEqual(encoder.finish());
        expect(sameMask(fromCoded(coded, width, height), mask)).toBe(true);
        expect(areaOf(mask)).toBe(bits.reduce((sum, bit) => sum + bit, 0));
      }),
    );
  });

  test('bytes of other sides are refused', () => {
    const coded = codedOf(emptyMask(5, 4));
    expect(() => fromCoded(coded, 5, 5)).toThrow(RangeError);
    expect(() => fromCoded(coded, 5, 3)).toThrow(RangeError);
  });

  test('a decoder gives the same pixels by runs and by rows', () => {
    fc.assert(
      fc.property(bitsOf(7, 9), bits => {
        const coded = codedOf(fromBits(bits, 7, 9));
        const filled = new Uint8Array(63);
        maskDecoder(coded).fill(filled);
        expect(filled).toEqual(bits);
      }),
    );
  });

  test('Dice is 2|A∩B| / (|A| + |B|)', () => {
    fc.assert(
      fc.property(bitsOf(9, 8), bitsOf(9, 8), (a, b) => {
        const both = a.filter((bit, i) => bit && b[i]).length;
        const sum = a.filter(Boolean).length + b.filter(Boolean).length;
        const [maskA, maskB] = [fromBits(a, 9, 8), fromBits(b, 9, 8)];
        expect(diceOfMasks(maskA, maskB)).toBe(sum === 0 ? 1 : (2 * both) / sum);
      }),
    );
  });
});
