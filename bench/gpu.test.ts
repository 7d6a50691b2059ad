import { expect, test } from 'vitest';
import { csv, dispatchRows, leastMs, summary } from './gpu/report.ts';

const peaks = { peakGflops: 1000, peakGBs: 100 };
const dispatches = [
  { label: 'a forward', milliseconds: 3, gflop: 2, bytes: 1e6, predictedMs: 2.5, occupancy: 0.5 },
  { label: 'b, "apply"', milliseconds: null, gflop: 0, bytes: 1e8, predictedMs: 1.5, occupancy: 1 },
];
const step = { size: 64, filters: 8, batch: 2, half: false, stepMs: 10, gpuMs: null, prepareMs: 1, firstLoss: 1 };
const steps = [{ ...step, lastLoss: 0.5, gpuBytes: 1, dispatches }];

test('no dispatch can be faster than its multiply-adds, nor than its bytes', () => {
  expect(dispatches.map(dispatch => leastMs(dispatch, peaks))).toEqual([2, 1]);
});

test('a table has a row for each dispatch, and quotes what would break a row', () => {
  expect(csv(dispatchRows({ steps, ...peaks }))).toBe(
    [
      'size,filters,batch,bits,label,milliseconds,gflop,bytes,predictedMs,occupancy,leastMs',
      '64,8,2,32,a forward,3,2,1000000,2.5,0.5,2',
      '64,8,2,32,"b, ""apply""",,0,100000000,1.5,1,1',
      '',
    ].join('\n'),
  );
  expect(csv([])).toBe('');
});

test('the summary counts how variants agree, and keeps what the device said', () => {
  const variant = { batch: 1, question: 'q', times: 1, variant: '{}', milliseconds: 1 };
  const text = summary({
    ...{ date: '', software: false, features: [], limits: {}, ...peaks, steps, errors: ['no memory'], model: 'H100' },
    pytorch: [
      { size: 64, filters: 8, batch: 2, mode: 'tf32', stepMs: 6 },
      { size: 64, filters: 8, batch: 2, mode: 'compiled', stepMs: null, failure: 'no compiler' },
    ],
    adapter: { vendor: 'v', architecture: 'a', device: '', description: '' },
    variants: (['first', 'equal', 'equal', 'near', 'wrong'] as const).map(agreement => ({ ...variant, agreement })),
  });
  expect(text).toContain('v a: 1000 GFLOP/s, 100 GB/s');
  expect(text).toContain('10.00 ms a step, 5.00 an image');
  expect(text).toContain('2 equal to the first, 1 near, 1 wrong');
  expect(text).toContain('no memory');
  expect(text).toContain('computed by the model (H100): 4.00 ms a step');
  expect(text).toContain('PyTorch tf32: 6.00 ms a step, 3.00 an image');
  expect(text).toContain('PyTorch compiled: failed (no compiler)');
});
