/**
 * Which slots share a buffer. A slot lives from the first operation that names it to the last; two slots may share a buffer
 * if their lives do not touch. Greedy by size (Pisarchyk and Lee 2020, “Efficient Memory Management for Deep Neural Net
 * Inference”): the largest slot first, each into the first buffer that is free for its whole life, so no buffer ever grows.
 */
import type { Slot } from '../../kernels/dispatch.ts';
import type { Planned } from './operations.ts';
import type { Plan } from './plan.ts';

export interface MemoryPlan {
  /** Bytes of each buffer. */
  readonly buffers: readonly number[];
  /** Each slot's buffer, by its number. */
  readonly bufferOf: ReadonlyMap<Slot, number>;
}

/** All operations in an order in which lives can be read off. */
export function allOperations<Op extends Planned>(plan: Plan<Op>): Op[] {
  return [...plan.forward, ...plan.probabilities, ...plan.training];
}

export function planMemory(plan: Plan<Planned>): MemoryPlan {
  const lives = new Map<Slot, { begin: number; end: number }>();
  let time = 0;
  for (const { bindings, concurrent } of allOperations(plan)) {
    if (!concurrent) time++;
    for (const binding of bindings) {
      const slot = 'slot' in binding ? binding.slot : undefined;
      if (!slot) continue;
      const life = lives.get(slot);
      if (life) life.end = time;
      else lives.set(slot, { begin: time, end: time });
    }
  }
  const buffers: number[] = [];
  const bufferOf = new Map<Slot, number>();
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
    bufferOf.set(slot, index);
  }
  return { buffers, bufferOf };
}
