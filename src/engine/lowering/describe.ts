/** A plan in plain data, for people to look at: what runs, on what, and where it lies. Pure. */
import type { Slot } from '../../kernels/dispatch.ts';
import type { Network } from '../../network/graph.ts';
import type { PlanDescription, PlannedOperation } from '../../protocol/inspection.ts';
import { allOperations, planMemory } from './memory.ts';
import type { Planned } from './operations.ts';
import type { Plan } from './plan.ts';

export type DescribedKernel = Omit<NonNullable<PlannedOperation['kernel']>, 'shader'> & { readonly code: string };

/** `kernelOf`: what there is to say of a back end's own operation beyond its slots. */
export function describePlan<Op extends Planned>(
  plan: Plan<Op>,
  network: Network,
  kernelOf: (operation: Op) => DescribedKernel | null,
): Pick<PlanDescription, 'operations' | 'shaders' | 'slots' | 'buffers'> {
  const layers = network.layers.map(({ name }) => name);
  const parameters = parameterSlots(plan);
  const operations = allOperations(plan);
  const lives = new Map<Slot, { begin: number; end: number }>();
  operations.forEach((operation, time) => {
    for (const slot of slotsOf(operation)) lives.set(slot, { begin: lives.get(slot)?.begin ?? time, end: time });
  });
  const numbers = new Map([...lives.keys()].map((slot, i) => [slot, i]));
  const shaders = new Map<string, number>();
  const shaderNumber = (code: string) => {
    const number = shaders.get(code) ?? shaders.size;
    shaders.set(code, number);
    return number;
  };
  const { buffers, bufferOf } = planMemory(plan);
  const forward = plan.forward.length;
  const predicting = forward + plan.probabilities.length;
  return {
    operations: operations.map((operation, i): PlannedOperation => {
      const { label, flops, bindings } = operation;
      const kernel = kernelOf(operation);
      return {
        part: i < forward ? 'forward' : i < predicting ? 'prediction' : 'training',
        label,
        layer: layerOf(label, layers),
        bindings: bindings.flatMap(({ kind, slot, name }) =>
          slot ? [{ name: name ?? slot.name, access: accessOf(kind), slot: numbers.get(slot) ?? 0 }] : [],
        ),
        bytes: touchedBytes(operation, parameters),
        flops,
        kernel: kernel && {
          shader: shaderNumber(kernel.code),
          workgroups: kernel.workgroups,
          workgroupSize: kernel.workgroupSize,
          constants: kernel.constants,
          variant: kernel.variant,
        },
        milliseconds: null,
      };
    }),
    shaders: [...shaders.keys()],
    slots: [...lives].map(([slot, life]) => {
      const { name, bytes, persistent } = slot;
      return { name, bytes, persistent, buffer: bufferOf.get(slot) ?? 0, ...life };
    }),
    buffers: [...buffers],
  };
}

/** The layer that a label begins with: labels are made of its name and what is done for it. */
function layerOf(label: string, layers: readonly string[]): string | null {
  const fitting = layers.filter(name => label === name || label.startsWith(`${name} `));
  return fitting.reduce<string | null>(
    (longest, name) => (name.length > (longest?.length ?? 0) ? name : longest),
    null,
  );
}

function accessOf(kind: string): 'read' | 'write' | 'use' {
  return kind === 'read' || kind === 'write' ? kind : 'use';
}

function slotsOf({ bindings }: Planned): Set<Slot> {
  return new Set(bindings.flatMap(({ slot }) => slot ?? []));
}

/** The slots that hold all parameters at once, of which most operations touch a few values. */
export function parameterSlots({ slots }: Plan<Planned>): Set<Slot> {
  const { weights, gradients, first, second, average } = slots;
  return new Set([weights, gradients, first, second, ...(average ? [average] : [])]);
}

/**
 * Bytes that an operation reads and writes, where it says so. Else of the slots that it binds, each once; of the parameters only where
 * it is there for them alone; a slice of a tensor then counts as the whole tensor.
 */
export function touchedBytes(operation: Planned, parameters: ReadonlySet<Slot>): number {
  if (operation.bytes !== undefined) return Math.round(operation.bytes);
  const slots = [...slotsOf(operation)];
  const tensors = slots.filter(slot => !parameters.has(slot));
  return (tensors.length === 0 ? slots : tensors).reduce((sum, { bytes }) => sum + bytes, 0);
}
