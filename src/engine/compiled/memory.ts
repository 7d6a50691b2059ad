/**
 * Which slots share a buffer. A slot lives from the first dispatch that names it to the last; two slots may share a buffer
 * if their lives do not touch. Greedy by size (Pisarchyk and Lee 2020, “Efficient Memory Management for Deep Neural Net
 * Inference”): the largest slot first, each into the first buffer that is free for its whole life, so no buffer ever grows.
 */
import type { Dispatch, Slot } from '../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import type { EngineSettings } from '../engine.ts';
import { type Choices, defaultChoices } from './choices.ts';
import { buildPlan, type Plan } from './plan.ts';

export interface MemoryPlan {
  /** Bytes of each buffer. */
  readonly buffers: readonly number[];
  /** Each slot's buffer, by its number. */
  readonly place: ReadonlyMap<Slot, number>;
}

/** All dispatches in an order in which lives can be read off. */
export function allDispatches(plan: Plan): Dispatch[] {
  return [...plan.forward, plan.probabilities, ...plan.training];
}

export function planMemory(plan: Plan): MemoryPlan {
  const lives = new Map<Slot, { begin: number; end: number }>();
  allDispatches(plan).forEach(({ bindings }, time) => {
    for (const binding of bindings) {
      if (binding.kind === 'shape' || binding.kind === 'step') continue;
      const life = lives.get(binding.slot);
      if (life) life.end = time;
      else lives.set(binding.slot, { begin: time, end: time });
    }
  });
  const buffers: number[] = [];
  const place = new Map<Slot, number>();
  const tenants: { begin: number; end: number }[][] = [];
  const bySize = [...lives].sort(([a], [b]) => b.bytes - a.bytes);
  for (const [slot, life] of bySize) {
    const own = { begin: slot.persistent ? -1 : life.begin, end: slot.persistent ? Infinity : life.end };
    let index = tenants.findIndex(others => others.every(other => own.end < other.begin || other.end < own.begin));
    if (index < 0) {
      index = buffers.length;
      buffers.push(slot.bytes);
      tenants.push([]);
    }
    tenants[index]?.push(own);
    place.set(slot, index);
  }
  return { buffers, place };
}

/** Bytes apart in the uniform buffer: WebGPU's largest default for minUniformBufferOffsetAlignment. */
export const SHAPE_STRIDE = 256;

/** Where the host reads results: one per step in flight, and one for predictions. */
export const STAGING_BUFFERS = 3;

/**
 * GPU bytes that an engine of these settings will hold, and its largest single buffer; a tuned engine may differ by a few
 * partial sums. Throws as buildPlan does.
 */
export function planBytes(
  settings: EngineSettings,
  choices: Choices = defaultChoices('software'),
): { total: number; largest: number } {
  const plan = buildPlan(settings, choices);
  const { buffers } = planMemory(plan);
  // Predictions by the average have dispatches of their own, for they bind other weights.
  const predicting = plan.slots.average ? plan.forward.length + 1 : 0;
  const shapes = (allDispatches(plan).length + predicting) * SHAPE_STRIDE;
  const staging = STAGING_BUFFERS * plan.slots.result.bytes + plan.slots.probabilities.bytes;
  return {
    total: buffers.reduce((sum, bytes) => sum + bytes, 0) + shapes + STEP_BYTES + staging,
    largest: Math.max(...buffers),
  };
}
