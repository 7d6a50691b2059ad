/** The network's parameters on the GPU, each kind in one buffer: weights, and for training their gradients, moments and average. */
import type { Slot } from '../../kernels/dispatch.ts';
import type { Weights } from '../engine.ts';
import { flatten, type ParameterLayout, unflatten } from '../lowering/layout.ts';
import type { PlanSlots } from '../lowering/operations.ts';
import type { GpuMemory } from './gpu-memory.ts';
import { readOnce } from './readback.ts';
import type { SubmitCount } from './submit-count.ts';

type Kind = 'weights' | 'gradients' | 'first' | 'second' | 'average';

export class ParameterBuffers {
  readonly #device: GPUDevice;
  readonly #memory: GpuMemory;
  readonly #layout: ParameterLayout;
  readonly #submits: SubmitCount;
  readonly #buffers = new Map<Kind, GPUBuffer>();

  /** `kinds`: those that are needed; the average besides, where the slots have one. */
  constructor(
    device: GPUDevice,
    memory: GpuMemory,
    submits: SubmitCount,
    layout: ParameterLayout,
    slots: PlanSlots,
    kinds: readonly Exclude<Kind, 'average'>[],
  ) {
    this.#device = device;
    this.#memory = memory;
    this.#layout = layout;
    this.#submits = submits;
    for (const kind of [...kinds, 'average'] as const) {
      const slot = slots[kind];
      if (slot) this.#buffers.set(kind, memory.storage(slot.name, slot.bytes));
    }
  }

  has(kind: Kind): boolean {
    return this.#buffers.has(kind);
  }

  /** Throws where this kind was not asked for, as in an engine for predictions only. */
  buffer(kind: Kind): GPUBuffer {
    const buffer = this.#buffers.get(kind);
    if (!buffer) throw new Error(`this engine has no ${kind}: it is made for predictions only`);
    return buffer;
  }

  /** Where a plan's slots lie. */
  placed(slots: PlanSlots): Map<Slot, GPUBuffer> {
    return new Map(
      [...this.#buffers].flatMap(([kind, buffer]) => (slots[kind] ? [[slots[kind], buffer] as const] : [])),
    );
  }

  read(kind: Kind): Promise<Weights> {
    const { count } = this.#layout;
    return readOnce(this.#device, this.#memory, this.buffer(kind), count * 4, this.#submits).then(flat =>
      unflatten(this.#layout, flat),
    );
  }

  write(kind: Kind, values: Weights): void {
    this.#device.queue.writeBuffer(this.buffer(kind), 0, flatten(this.#layout, values));
  }
}
