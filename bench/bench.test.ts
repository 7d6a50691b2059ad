/** The benchmark's pure parts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CaseResult, GpuResult } from './compare.ts';
import { byKind, kernelTable, kindOf, scalingTable } from './growth-table.ts';
import { parseCases, parseSides } from './options.ts';
import { gflopOf, median, worstError } from './statistics.ts';
import { bytes, milliseconds, table } from './table.ts';

test('reads cases and sides, and refuses what is none', () => {
  expect(parseCases('32x4x2, 64x8x2')).toEqual([
    { size: 32, filters: 4, batch: 2 },
    { size: 64, filters: 8, batch: 2 },
  ]);
  for (const bad of ['', '64x8', '64x8x2x1', '64x0x2', 'axbxc', '64x8x-2'])
    expect(() => parseCases(bad)).toThrow(RangeError);
  expect(parseSides('stock,ours,cpu')).toEqual(['stock', 'ours', 'cpu']);
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

test('the tables name the sides that ran, and time no wrong one', () => {
  const given = (stepMs: number | null, worstGradientErrorSmooth: number) => ({
    ...{ stepMs, stepsMs: stepMs === null ? [] : [stepMs], firstStepMs: 5000 },
    ...{ worstGradientError: 0.02, worstGradient: 'a/kernel', worstGradientErrorSmooth, loss: 1, lastLoss: 1 },
  });
  const side = (stepMs: number | null, error: number): GpuResult => ({
    ...given(stepMs, error),
    ...{ dispatches: 100, submits: 1, uploadBytes: 2048, gpuBytes: 1e6, hostMs: 1 },
  });
  const result: CaseResult = {
    ...{ size: 64, filters: 8, batch: 2, seed: 1, referenceLoss: 1, gflop: 1 },
    ours: {
      ...side(100, 1e-5),
      rememberedFirstStepMs: 1000,
      dropout: { stepMs: 110, dispatches: 100, submits: 1, uploadBytes: 2048, gpuBytes: 1e6 },
    },
    stock: side(1200, 1e-5),
    jaxjs: side(null, 0.7),
    cpu: { ...given(20, 1e-6), gflops: 50, threads: 2, relaxed: true, memoryBytes: 4e6 },
    peersCpu: { 'tfjs-cpu': { ...given(4000, 1e-6), gflops: 0.3 } },
    ...{ speedup: 12, speedupJaxjs: null, cpuOverCompiled: 5 },
  };
  const text = table([result]);
  expect(text).toContain('| stock tfjs-webgpu | 1.20 s | 12× |');
  expect(text).toContain('| jax-js | wrong, not timed |  |');
  expect(text).toContain('| this engine on the CPU | 20.0 ms |  | 5.00 s | 50.0 | 2 | 4.0 MB | 1.0e-6 | 2.0e-2 |');
  expect(text).toContain('| tfjs, cpu | 4.00 s | 200× |');
  expect(text).toContain('its relaxed build. 5.0 times the compiled engine');
  const { jaxjs: _left, cpu: _right, ...two } = { ...result, peersCpu: {} };
  expect(table([two])).not.toMatch(/jax-js|CPU/);
});

test('work is counted by the area and by the square of the filters', () => {
  expect(gflopOf({ size: 256, filters: 16, batch: 1 })).toBeCloseTo(33.3);
  expect(gflopOf({ size: 64, filters: 8, batch: 2 })).toBeCloseTo(33.3 / 16 / 2);
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
  const text = scalingTable([
    { size: 64, filters: 8, batch: 4, side: 'ours', threads: 0, stepMs: 500, gflop: 2, bytes: 3e7 },
  ]);
  expect(text).toContain('| 64² | 8 | 4 | 500 ms | 125 ms | 2.00 | 4.00 | 30.0 MB |');
  const onCpu = scalingTable([
    { size: 64, filters: 8, batch: 4, side: 'cpu', threads: 2, stepMs: 50, gflop: 2, bytes: 3e7 },
  ]);
  expect(onCpu).toContain('| 2 | 64² | 8 | 4 | 50.0 ms | 12.5 ms | 2.00 | 40.00 | 30.0 MB |');
});
