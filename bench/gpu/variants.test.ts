import { expect, test } from 'vitest';
import { agrees } from './variants.ts';

const words = (...values: number[]) => new Uint32Array(Float32Array.from(values).buffer);

test('results that differ by rounding agree, and no others do', () => {
  expect(agrees(words(0.1, 3e-5, 0), words(0.1, 3e-5, 0), 'f32')).toBe(true);
  expect(agrees(words(0.1 * (1 + 1e-6)), words(0.1), 'f32')).toBe(true);
  expect(agrees(words(0.1 * 1.01), words(0.1), 'f32')).toBe(false);
  expect(agrees(words(0.1, 0.2), words(0.2, 0.1), 'f32')).toBe(false);
  expect(agrees(words(0.1, 0), words(0.1, 0.2), 'f32')).toBe(false);
  expect(agrees(words(-0.1), words(0.1), 'f32')).toBe(false);
  expect(agrees(words(0.1, Number.NaN), words(0.1, 0.2), 'f32')).toBe(false);
  expect(agrees(words(0.1), words(0.1, 0.2), 'f32')).toBe(false);
});

test('16-bit results are compared in halves', () => {
  const halves = (low: number, high: number) => Uint32Array.of(low | (high << 16));
  expect(agrees(halves(0x3800, 0x3a00), halves(0x3801, 0x39ff), 'f16')).toBe(true);
  expect(agrees(halves(0x3800, 0x3a00), halves(0x3800, 0x3b00), 'f16')).toBe(false);
  expect(agrees(halves(0x3800, 0x3a00), halves(0x3900, 0x3a00), 'f16')).toBe(false);
});
