/** What an engine's plan takes of a GPU's memory, told before any of it is taken. */
import { STEP_BYTES } from '../../kernels/step.ts';
import type { EngineSettings } from '../engine.ts';
import { allOperations, planMemory } from '../lowering/memory.ts';
import { type Choices, defaultChoices } from './choices.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { COUNT_BYTES } from './submit-count.ts';

/** Bytes apart in the uniform buffer: WebGPU's largest default for minUniformBufferOffsetAlignment. */
export const SHAPE_STRIDE = 256;

/** Where the host reads results: one per step in flight, and one for predictions. */
export const STAGING_BUFFERS = 3;

/**
 * GPU bytes that an engine of these settings will hold, and its largest single buffer; a tuned engine may differ by a few
 * partial sums. Throws as buildGpuPlan does.
 */
export function planBytes(
  settings: EngineSettings,
  choices: Choices = defaultChoices('software'),
): { total: number; largest: number } {
  const plan = buildGpuPlan(settings, choices);
  const { buffers } = planMemory(plan);
  // Predictions by the average have dispatches of their own, for they bind other weights.
  const predicting = plan.slots.average ? plan.forward.length + plan.probabilities.length : 0;
  const shapes = (allOperations(plan).length + predicting) * SHAPE_STRIDE;
  // Each with the count of submits behind it, which has a buffer of its own besides.
  const counts = (STAGING_BUFFERS + 2) * COUNT_BYTES;
  const staging = STAGING_BUFFERS * plan.slots.result.bytes + plan.slots.probabilities.bytes + counts;
  return {
    total: buffers.reduce((sum, bytes) => sum + bytes, 0) + shapes + STEP_BYTES + staging,
    largest: Math.max(...buffers, plan.slots.probabilities.bytes),
  };
}
