import { expect } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { embed, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { channelMeansDispatch } from './channel-means.ts';
import { channelMeans } from './reference.ts';

failOnGpuErrors();

for (const [batch, side, channels] of [
  [1, 1, 1],
  [2, 3, 5],
  [3, 16, 70],
] as const)
  gpuTest(`means of ${batch}×${side}²×${channels}, behind what is there`, async ({ device }) => {
    const x = noise(batch * side * side * channels, 1);
    const input = tensor('input', batch, side, channels, 2, 1);
    const means = slot('means', 3 + batch * channels);
    const [result] = await runKernels(
      device,
      [channelMeansDispatch('means', input, means, 3)],
      new Map([[input.slot, embed(input, x)]]),
      [means],
    );
    const found = result!.subarray(3, 3 + batch * channels);
    expect(relativeError(found, channelMeans(batch, side, channels, x))).toBeLessThan(1e-6);
    expect([...result!.subarray(0, 3)]).toEqual([0, 0, 0]);
  });
