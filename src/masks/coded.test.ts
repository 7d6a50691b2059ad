import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskDecoder, maskEncoder } from './coded.ts';

const write = (...parts: number[][]) => {
  const writer = maskEncoder();
  for (const part of parts) writer.push(Uint8Array.from(part));
  return writer.finish();
};

test('runs in words: skin first, whatever comes first', () => {
  expect([...write([0, 0, 1], [1, 1, 0])]).toEqual([2, 3, 1]);
  expect([...write([1])]).toEqual([0, 1]);
  expect([...write(new Array(300).fill(0))]).toEqual([0xac, 0x02]);
  expect([...write([])]).toEqual([0]);
});

test('what was written is read, in parts of any length', () => {
  const runs = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 400 })), { maxLength: 20 });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (given, written, read) => {
      const bits = given.flatMap(([value, length]) => new Array<number>(length).fill(value));
      const writer = maskEncoder();
      for (let at = 0; at < bits.length; at += written) writer.push(Uint8Array.from(bits.slice(at, at + written)));
      const reader = maskDecoder(writer.finish());
      const found: number[] = [];
      while (found.length < bits.length) {
        const part = new Uint8Array(Math.min(read, bits.length - found.length));
        reader.fill(part);
        found.push(...part);
      }
      expect(found).toEqual(bits);
      expect(() => reader.fill(new Uint8Array(1))).toThrow(RangeError);
    }),
  );
});
