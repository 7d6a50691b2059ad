import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../testing/gpu.ts';
import { NoAdapterError, requestGpuDevice } from './device.ts';

failOnGpuErrors();

test('a browser without WebGPU, and one without an adapter, are no fault', async () => {
  await expect(requestGpuDevice(undefined)).rejects.toBeInstanceOf(NoAdapterError);
  const empty = { requestAdapter: async () => null } as unknown as GPU;
  await expect(requestGpuDevice(empty)).rejects.toBeInstanceOf(NoAdapterError);
});

gpuTest('asks for more than the default limits where the adapter has more', async ({ device }) => {
  expect(device.limits.maxBufferSize).toBeGreaterThanOrEqual(268435456);
});

gpuTest('withholds half precision when told to', async () => {
  const { create } = await import('webgpu');
  const { features, device } = await requestGpuDevice(create([]), { withholdF16: true });
  expect(features).not.toContain('shader-f16');
  device.destroy();
});
