import { expect, test } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { defaultChoices } from './choices.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { loadsPerFma, planFigures } from './plan-figures.ts';

const figuresOf = (size: number, filters: number, batch: number, kind: 'software' | 'gpu' = 'gpu') => {
  const network = buildNetwork('improved-unet', filters);
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: true };
  return planFigures(buildGpuPlan(settings, defaultChoices(kind)));
};

test('loads are those of the inner loop, by hand for each kind of shader', () => {
  const registers = `const K = 3; bias0 = weights[shape.bias];
    let l0 = select(0.0, f32(input[from0 + i]), inside0); let w0 = weights[w + 0]; let w1 = weights[w + 1];
    b0 = fma(l0, w0, b0); b1 = fma(l0, w1, b1);`;
  expect(loadsPerFma(registers)).toBe(3 / 2);
  // Each of 4 threads carries (2·2·4 + 3·2·2) / 4 = 7 values for a block of 2 channels, and reads 2 for 2 multiply-adds of each channel.
  const shared = `const ROWS = 2; const LANES = 2; const BLOCK = 2; const P = 2; const N = 1; const K = 3; const COLUMNS = 4;
    let v0 = source[start]; let w0 = filters[0]; b0 = fma(v0, w0, b0); b1 = fma(v0, w0, b1);`;
  expect(loadsPerFma(shared)).toBe((2 + 7 / 2) / 2);
  // Four input channels at a time: 2 words of source and 4 of weights for 2·4 multiply-adds of four; 4 threads carry the same 40 values,
  // of a block of 4 channels, in fours or one by one.
  const product = (values: string) => `alias Values = ${values}; fn inputs(at: u32) -> vec4f {}
    const ROWS = 2; const LANES = 2; const BLOCK = 4; const P = 1; const N = 4; const K = 1; const COLUMNS = 1;
    let v0 = source[start]; let v1 = source[start + 1]; ${'let w0 = filters[first];'.repeat(4)}
    ${'b0 = fma(vec4f(v0[0]), w0, b0);'.repeat(8)}`;
  const carried = (4 * 2 * 1 + 1 * 4 * 2 * 4) / 4;
  expect(loadsPerFma(product('vec4<Stored>'))).toBe((6 + carried / 4) / 32);
  expect(loadsPerFma(product('Stored'))).toBe((6 + carried) / 32);
  const filter = `v0 = f32(input[from0]); let l0 = select(0.0, f32(input[from0 + at0]), inside0); let g0 = f32(gradient[g + 0]);
    a0 = fma(v0, g0, a0); a1 = fma(v1, g0, a1);`;
  expect(loadsPerFma(filter)).toBe(1);
  const sums = `alias Values = vec4<Stored>; let l0 = inputs(base + place0); let g = gradients(at);
    a0_0 = fma(vec4f(v0[0]), g, a0_0); a0_1 = fma(vec4f(v0[1]), g, a0_1);`;
  expect(loadsPerFma(sums)).toBe(2 / 8);
  expect(loadsPerFma('sums[0] = input[0];')).toBeNull();
});

test('work grows with the pixels and the batch, the number of dispatches hardly', () => {
  const [one, wide, two] = [figuresOf(64, 16, 1), figuresOf(128, 16, 1), figuresOf(64, 16, 2)];
  expect(wide.gflop / one.gflop).toBeCloseTo(4, 1);
  expect(two.gflop / one.gflop).toBeCloseTo(2, 1);
  expect(wide.bytes).toBeGreaterThan(1.5 * one.bytes);
  expect(Math.abs(two.dispatches - one.dispatches)).toBeLessThan(one.dispatches / 5);
  for (const { largestDispatchGflop, gflop, loadsPerFma } of [one, wide, two]) {
    expect(largestDispatchGflop).toBeLessThan(gflop);
    expect(loadsPerFma).toBeGreaterThan(0);
    expect(loadsPerFma).toBeLessThan(1);
  }
});

test('under the choices for a GPU a convolution loads at most 0.12 values a multiply-add', () => {
  for (const batch of [1, 8]) expect(figuresOf(256, 16, batch).loadsPerFma).toBeLessThan(0.12);
  // A software adapter's kernels lean on its cache instead.
  expect(figuresOf(256, 16, 1, 'software').loadsPerFma).toBeGreaterThan(0.12);
});

test('at 256² and 16 filters a step is no more dispatches and bytes than it was made to be', () => {
  const { dispatches, bytes } = figuresOf(256, 16, 1);
  expect(dispatches).toBeLessThanOrEqual(170);
  expect(bytes).toBeLessThanOrEqual(750e6);
});

test('a training image at 256² and 16 filters takes the work that the benchmark counts with', () => {
  // 33.3 GFLOP, as bench/statistics.ts has it.
  expect(figuresOf(256, 16, 1).gflop).toBeGreaterThan(30);
  expect(figuresOf(256, 16, 1).gflop).toBeLessThan(37);
});
