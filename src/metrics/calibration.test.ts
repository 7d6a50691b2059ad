import { describe, expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import {
  addPixels,
  calibrationError,
  findTemperature,
  noPixels,
  reliability,
  temperedReliability,
} from './calibration.ts';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** Pixels of a network that is too sure by a factor: its truth is drawn at σ(z), and it says σ(factor · z). */
function drawn(factor: number, count = 200_000) {
  const random = randomStream(6, count);
  const logits = Float64Array.from({ length: count }, () => 2.5 * random.normal());
  const truth = Uint8Array.from(logits, z => (random.unit() < sigmoid(z) ? 1 : 0));
  return { said: Float32Array.from(logits, z => sigmoid(factor * z)), truth };
}

function counted({ said, truth }: ReturnType<typeof drawn>) {
  const counts = noPixels();
  // In parts, as images come.
  for (let at = 0; at < truth.length; at += 1000)
    addPixels(counts, said.subarray(at, at + 1000), truth.subarray(at, at + 1000));
  return counts;
}

test('a small case by hand', () => {
  const counts = noPixels();
  addPixels(counts, [0.05, 0.15, 0.82, 0.88, 1], [0, 1, 1, 0, 1]);
  const bins = reliability(counts);
  expect(bins.map(({ pixels }) => pixels)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 2, 1]);
  expect(bins[8]).toMatchObject({ from: 0.8, to: 0.9, lesion: 0.5 });
  expect(bins[8]?.predicted).toBeCloseTo(0.85, 12);
  // (0.05 + 0.85 + 2 · 0.35 + 0) / 5
  expect(calibrationError(bins)).toBeCloseTo(0.32, 12);
  expect(() => addPixels(counts, [0], [0, 1])).toThrow(RangeError);
});

describe('a network that is too sure by a known factor', () => {
  test.each([0.5, 1, 1.5, 3])('factor %d is the temperature that is found', factor => {
    // 200,000 pixels tell a temperature to about 0.4 %.
    expect(findTemperature(counted(drawn(factor))) / factor).toBeCloseTo(1, 1.9);
  });

  test('no other temperature makes the truth more likely, pixel by pixel', () => {
    const pixels = drawn(2, 20_000);
    const found = findTemperature(counted(pixels));
    const loss = (temperature: number) =>
      pixels.said.reduce((sum, p, i) => {
        const q = sigmoid(Math.log(p / (1 - p)) / temperature);
        return sum - Math.log(pixels.truth[i] ? q : 1 - q);
      }, 0);
    for (const factor of [0.9, 0.99, 1.01, 1.1]) expect(loss(found)).toBeLessThan(loss(found * factor));
  });

  test('at that temperature the error is that of chance, and at temperature 1 the diagram is the plain one', () => {
    const counts = counted(drawn(2));
    const plain = calibrationError(reliability(counts));
    expect(plain).toBeGreaterThan(0.05);
    expect(calibrationError(temperedReliability(counts, findTemperature(counts)))).toBeLessThan(0.005);
    expect(calibrationError(temperedReliability(counts, 1))).toBeCloseTo(plain, 3);
  });
});

test('probabilities of 0 and 1 are counted, and keep the temperature finite', () => {
  const counts = noPixels();
  addPixels(counts, [0, 1, 1], [0, 1, 0]);
  expect(reliability(counts)[9]).toMatchObject({ pixels: 2, predicted: 1, lesion: 0.5 });
  expect(findTemperature(counts)).toBeCloseTo(10, 3);
});
