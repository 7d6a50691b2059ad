import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultChoices } from '../../src/engine/compiled/choices.ts';
import { buildGpuPlan } from '../../src/engine/compiled/gpu-plan.ts';
import { parameterSlots } from '../../src/engine/lowering/describe.ts';
import { buildNetwork } from '../../src/network/catalogue.ts';
import { DEVICES, deviceLike } from './devices.ts';
import { predictAll, workgroupBytes } from './predict.ts';

const network = buildNetwork('improved-unet', 16);
function step(batch: number) {
  const plan = buildGpuPlan(
    { network, size: 128, batch, crossEntropy: 0, l2: 0, dropout: true },
    defaultChoices('gpu'),
  );
  return { all: [...plan.forward, ...plan.training], slots: parameterSlots(plan) };
}

test('workgroup memory is counted as declared, by constants and their products', () => {
  expect(workgroupBytes('const N = 3;\nconst M = N * (2 + 1) - 1;\nvar<workgroup> a: array<vec4f, M * N>;')).toBe(
    8 * 3 * 16,
  );
  expect(workgroupBytes('var<workgroup> a: array<f32, 10>;\nvar<workgroup> b: array<vec2f, 7 / 2>;')).toBe(40 + 24);
  expect(workgroupBytes('fn main() {}')).toBe(0);
});

test('no dispatch beats its launch, its multiply-adds or its bytes, and none fills a core beyond its places', () => {
  const { all, slots } = step(2);
  for (const device of DEVICES) {
    const predictions = predictAll(all, 2, slots, device);
    predictions.forEach(({ milliseconds, occupancy }, i) => {
      const { label, flops = 0 } = all[i] ?? {};
      expect(milliseconds, label).toBeGreaterThanOrEqual(device.launchMicroseconds / 1e3 + flops / device.gflops / 1e6);
      expect(occupancy, label).toBeGreaterThan(0);
      expect(occupancy, label).toBeLessThanOrEqual(1);
    });
    // An image of a larger batch costs less. (The whole batch may too: it gets other variants.)
    const sum = (batch: number) => {
      const { all, slots } = step(batch);
      return predictAll(all, batch, slots, device).reduce((a, b) => a + b.milliseconds, 0);
    };
    expect(sum(4) / 4).toBeLessThan(sum(1));
  }
});

test('an adapter is taken for the one that its names say, else for one of its measured speed', () => {
  expect(deviceLike('nvidia NVIDIA H200', 1, 1).name).toBe('H100');
  expect(deviceLike('apple metal-3 Apple M2 Pro', 1, 1).name).toBe('M2');
  fc.assert(
    fc.property(
      fc.double({ min: 10, max: 1e5, noNaN: true }),
      fc.double({ min: 10, max: 4000, noNaN: true }),
      (gflops, GBs) => {
        const device = deviceLike('nobody', gflops, GBs);
        expect(device.gflops).toBe(gflops);
        expect(device.GBs).toBe(GBs);
        expect(device.cores).toBeGreaterThanOrEqual(1);
      },
    ),
  );
});
