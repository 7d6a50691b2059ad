import { expect, vi } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { deviceWith } from '../../testing/devices.ts';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import { createCompiledEngine } from './engine.ts';
import { GpuMemory } from './gpu-memory.ts';
import { readOnce } from './readback.ts';
import { DeviceLostError, SubmitCount } from './submit-count.ts';

failOnGpuErrors();
vi.setConfig({ testTimeout: 240_000 });

/** A device that leaves out the submit for which `drops` says so, as some drivers do with a command buffer that they ended. */
function leavingOut(device: GPUDevice, drops: () => boolean): GPUDevice {
  const { queue } = device;
  return deviceWith(device, {
    queue: deviceWith(queue, { submit: buffers => (drops() ? undefined : queue.submit(buffers)) }),
  });
}

const settings = {
  ...{ network: buildNetwork('basic-unet', 1), size: 16, batch: 1 },
  ...{ crossEntropy: 0, l2: 0, dropout: false },
};
const at = (step: number) => ({ learningRate: 1e-3, step, seed: 1 });

gpuTest('a submit that was left out is noticed by whatever is read back next', async ({ device }) => {
  const batch = testBatch(1, 16);
  let drop = false;
  const missed: string[] = [];
  const engine = createCompiledEngine(
    leavingOut(device, () => drop),
    settings,
    { tuneMilliseconds: 0, onMissed: reason => missed.push(reason) },
  );
  await engine.writeWeights(testWeights(settings.network));
  await engine.prepare();
  const first = await engine.step(batch, at(1));
  expect(first.loss).toBeGreaterThan(0);
  expect((await engine.predict(batch.images, 1)).length).toBe(256);
  expect(missed).toEqual([]);
  drop = true;
  const lost = engine.step(batch, at(2));
  lost.catch(() => {});
  // The step has been submitted by then, and left out.
  await vi.waitFor(() => expect(engine.memory().buffers).toBeGreaterThan(0));
  await new Promise(resolve => setTimeout(resolve, 0));
  drop = false;
  // Its own answer, that of a step after it, a prediction and the weights: none passes.
  await expect(lost).rejects.toBeInstanceOf(DeviceLostError);
  await expect(engine.step(batch, at(3))).rejects.toBeInstanceOf(DeviceLostError);
  await expect(engine.predict(batch.images, 1)).rejects.toBeInstanceOf(DeviceLostError);
  await expect(engine.readWeights()).rejects.toBeInstanceOf(DeviceLostError);
  await expect(engine.readOptimizer()).rejects.toBeInstanceOf(DeviceLostError);
  expect(missed.length).toBeGreaterThanOrEqual(5);
  expect(missed[0]).toContain('pieces of work');
  engine.dispose();
});

gpuTest('of several submits before an answer, each counts', async ({ device }) => {
  for (const dropped of [-1, 0, 1, 2, 3]) {
    let submit = 0;
    const wrapped = leavingOut(device, () => submit++ === dropped);
    const memory = new GpuMemory(device);
    const count = new SubmitCount(wrapped, memory);
    for (let i = 0; i < 3; i++) count.submit(device.createCommandEncoder());
    const read = readOnce(wrapped, memory, memory.storage('some', 8), 8, count);
    if (dropped < 0) expect([...(await read)]).toEqual([0, 0]);
    else await expect(read).rejects.toBeInstanceOf(DeviceLostError);
    memory.dispose();
  }
});
