/** What a prepared engine replays: a plan's dispatches with their pipelines and buffers, and where the host reads answers. */
import type { Slot } from '../../kernels/dispatch.ts';
import { allOperations, planMemory } from '../lowering/memory.ts';
import type { GpuMemory } from './gpu-memory.ts';
import type { GpuPlan } from './gpu-plan.ts';
import type { ParameterBuffers } from './parameters.ts';
import { makeReady, type PipelineCache, type ReadyDispatch } from './pipelines.ts';
import { STAGING_BUFFERS } from './plan-bytes.ts';
import { Readback } from './readback.ts';

export interface Recording {
  readonly plan: GpuPlan;
  readonly forward: readonly ReadyDispatch[];
  readonly training: readonly ReadyDispatch[];
  /** Images to probabilities, by the average where there is one. */
  readonly predicting: readonly ReadyDispatch[];
  readonly buffer: (slot: Slot) => GPUBuffer;
  readonly results: Readback;
  readonly predictions: Readback;
}

export interface RecordingParts {
  readonly device: GPUDevice;
  readonly memory: GpuMemory;
  readonly parameters: ParameterBuffers;
  /** The uniform that each step writes. */
  readonly step: GPUBuffer;
}

/** Makes the plan's buffers; its pipelines must be compiled already. */
export async function makeRecording(
  { device, memory, parameters, step }: RecordingParts,
  plan: GpuPlan,
  cache: PipelineCache,
): Promise<Recording> {
  const memoryPlan = planMemory(plan);
  const { slots } = plan;
  const own = parameters.placed(slots);
  const average = parameters.has('average') ? parameters.buffer('average') : undefined;
  const taken = new Set([...own.keys()].map(slot => memoryPlan.bufferOf.get(slot)));
  const buffers = memoryPlan.buffers.map((bytes, i) =>
    taken.has(i) ? undefined : memory.storage(`memory ${i}`, bytes),
  );
  const buffer = (slot: Slot): GPUBuffer => {
    const found = own.get(slot) ?? buffers[memoryPlan.bufferOf.get(slot) ?? -1];
    if (!found) throw new Error(`no buffer for ${slot.name}`);
    return found;
  };
  for (const { slot, words } of plan.tables) device.queue.writeBuffer(buffer(slot), 0, words);
  const ready = await makeReady(device, memory, cache, allOperations(plan), step, buffer);
  const forward = plan.forward.length;
  const byAverage = (slot: Slot) => (slot === slots.weights && average ? average : buffer(slot));
  return {
    plan,
    forward: ready.slice(0, forward),
    training: ready.slice(forward + plan.probabilities.length),
    predicting: average
      ? await makeReady(device, memory, cache, [...plan.forward, ...plan.probabilities], step, byAverage)
      : ready.slice(0, forward + plan.probabilities.length),
    buffer,
    results: new Readback(device.queue, memory, 'result', slots.result.bytes, STAGING_BUFFERS),
    predictions: new Readback(device.queue, memory, 'prediction', slots.probabilities.bytes, 1),
  };
}
