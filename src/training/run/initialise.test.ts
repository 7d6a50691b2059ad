import { expect, test } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { parameters } from '../../network/graph.ts';
import { initialise } from './initialise.ts';

const network = buildNetwork('improved-unet', 8);

test('every parameter is there; gamma is one, beta and bias zero', () => {
  const weights = initialise(network, 1);
  expect([...weights.keys()]).toEqual(parameters(network).map(({ name }) => name));
  for (const { name, role, count } of parameters(network)) {
    const values = weights.get(name) ?? new Float32Array();
    expect(values).toHaveLength(count);
    if (role === 'gamma') expect(new Set(values)).toEqual(new Set([1]));
    if (role === 'beta' || role === 'bias') expect(new Set(values)).toEqual(new Set([0]));
  }
});

test("a large kernel has He's mean and variance", () => {
  const kernel = initialise(network, 3).get('level5_context1/kernel') ?? new Float32Array();
  const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
  const variance = kernel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kernel.length;
  const expected = 2 / (3 * 3 * 128);
  // 147,456 values: the standard error of the variance is 0.4 %, of the mean 0.0001.
  expect(variance / expected).toBeGreaterThan(0.98);
  expect(variance / expected).toBeLessThan(1.02);
  expect(Math.abs(mean)).toBeLessThan(5e-4);
});

test('the seed decides, and kernels differ from each other', () => {
  const value = (seed: number, name: string) => initialise(network, seed).get(name)?.[0];
  expect(value(1, 'level1_conv/kernel')).toBe(value(1, 'level1_conv/kernel'));
  expect(value(1, 'level1_conv/kernel')).not.toBe(value(2, 'level1_conv/kernel'));
  expect(value(1, 'level2_context1/kernel')).not.toBe(value(1, 'level2_context2/kernel'));
});
