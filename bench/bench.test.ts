/** The benchmark's pure parts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CaseResult, SideResult } from './compare.ts';
import { byKind, kernelTable, kindOf, scalingTable } from './growth-table.ts';
import { parseCases, parseSides } from './options.ts';
import { median, worstError } from './statistics.ts';
import { bytes, milliseconds, table } from './table.ts';

test('reads cases and sides, and refuses what is none', () => {
  expect(parseCases('32x4x2, 64x8x2')).toEqual([
    { size: 32, filters: 4, batch: 2 },
    { size: 64, filters: 8, batch: 2 },
  ]);
  for (const bad of ['', '64x8', '64x8x2x1', '64x0x2', 'axbxc', '64x8x-2'])
    expect(() => parseCases(bad)).toThrow(RangeError);
  expect(parseSides('stock,ours')).toEqual(['stock', 'ours']);
  expect(() => parseSides('ours,theirs')).toThrow(RangeError);
});

test('the median has as many values below as above', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 2, 4])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), values => {
      const middle = median(values);
      const below = values.filter(value => value < middle).length;
      const above = values.filter(value => value > middle).length;
      expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

test('the worst error is relative to the largest value of its own parameter', () => {
  const expected = new Map([
    ['a', [1, -4]],
    ['b', [0.001, 0]],
  ]);
  const found = new Map([
    ['a', [1.5, -4]],
    ['b', [0.001, 0.0005]],
  ]);
  expect(worstError(found, expected)).toEqual({ error: 0.5, parameter: 'b' });
  expect(worstError(expected, expected)).toEqual({ error: 0, parameter: '' });
  expect(worstError(new Map([...expected].map(([name, v]) => [name, v.map(x => x / 2)])), expected, 2).error).toBe(0);
});

test('a missing, shorter or unreal gradient is infinitely wrong', () => {
  const expected = new Map([['a', [1, 2]]]);
  for (const found of [new Map(), new Map([['a', [1]]]), new Map([['a', [1, Number.NaN]]])])
    expect(worstError(found, expected).error).toBe(Number.POSITIVE_INFINITY);
  expect(worstError(new Map([['a', [0.1]]]), new Map([['a', [0]]])).error).toBe(Number.POSITIVE_INFINITY);
});

test('units keep figures short', () => {
  expect([0.1234, 12.34, 1234].map(milliseconds)).toEqual(['0.123 ms', '12.3 ms', '1.23 s']);
  expect([12, 1234, 12_345_678].map(bytes)).toEqual(['12 B', '1.2 kB', '12.3 MB']);
});

test('the table names the sides that ran, and times no wrong one', () => {
  const side = (stepMs: number | null, worstGradientError: number): SideResult => ({
    stepMs,
    stepsMs: stepMs === null ? [] : [stepMs],
    firstStepMs: 5000,
    dispatches: 100,
    submits: 1,
    uploadBytes: 2048,
    gpuBytes: 1e6,
    hostMs: 1,
    worstGradientError,
    worstGradient: 'a/kernel',
    loss: 1,
    lastLoss: 1,
  });
  const result: CaseResult = {
    ...{ size: 64, filters: 8, batch: 2, seed: 1, referenceLoss: 1 },
    ours: {
      ...side(100, 1e-5),
      rememberedFirstStepMs: 1000,
      dropout: { stepMs: 110, dispatches: 100, submits: 1, uploadBytes: 2048, gpuBytes: 1e6 },
    },
    stock: side(1200, 1e-5),
    jaxjs: side(null, 0.7),
    speedup: 12,
    speedupJaxjs: null,
  };
  const text = table([result]);
  expect(text).toContain('| stock tfjs-webgpu | 1.20 s | 12.0× |');
  expect(text).toContain('| jax-js | wrong, not timed |  |');
  const { jaxjs: _left, ...two } = result;
  expect(table([two])).not.toContain('jax-js');
});

test('dispatches are summed by what they do', () => {
  expect(['a filter', 'a filter sum', 'b input gradient', 'b forward', 'Adam'].map(kindOf)).toEqual([
    ...['filter', 'filter sum', 'input gradient', 'forward', 'other'],
  ]);
  const kernels = [
    { label: 'a forward', ms: 1, flops: 2e6, bytes: 1e6 },
    { label: 'Adam', ms: 3, flops: 0, bytes: 3e6 },
    { label: 'b forward', ms: 1, flops: 2e6, bytes: 1e6 },
  ];
  expect(byKind(kernels)).toEqual([
    { label: 'other', ms: 3, flops: 0, bytes: 3e6, count: 1 },
    { label: 'forward', ms: 2, flops: 4e6, bytes: 2e6, count: 2 },
  ]);
  const text = kernelTable({ size: 64, filters: 8, batch: 2, peakGflops: 20, peakGBs: 4, kernels });
  expect(text).toContain('| forward | 2 | 2.00 ms | 40 % | 2.00 | 10 % | 1.00 | 25 % |');
  expect(text).toContain('| other | 1 | 3.00 ms | 60 % |  |  | 1.00 | 25 % |');
});

test('the growth table counts per image and per second', () => {
  const text = scalingTable([{ size: 64, filters: 8, batch: 4, stepMs: 500, gflop: 2, gpuBytes: 3e7 }]);
  expect(text).toContain('| 64² | 8 | 4 | 500 ms | 125 ms | 2.00 | 4.00 | 30.0 MB |');
});
