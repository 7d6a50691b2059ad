/** A plan of four operations with numbers that a person can check. */
import type { PlanDescription, PlannedOperation } from '../protocol/inspection.ts';

function operation(
  part: PlannedOperation['part'],
  label: string,
  bytes: number,
  flops: number,
  milliseconds: number | null,
): PlannedOperation {
  const [layer = null] = /^(first|second)/.exec(label) ?? [];
  return {
    ...{ part, label, layer, bytes, flops, milliseconds },
    bindings: [
      { name: 'weights', access: 'read', slot: 0 },
      { name: 'output', access: 'write', slot: part === 'training' ? 2 : 1 },
    ],
    kernel: { shader: 0, workgroups: [2, 1], workgroupSize: [64, 1, 1], constants: { threads: 128, slope: 0.01 } },
  };
}

export function madePlan(changes: Partial<PlanDescription> = {}): PlanDescription {
  return {
    engine: 'compiled',
    size: 64,
    batch: 2,
    operations: [
      operation('forward', 'first forward', 200, 1000, 1),
      operation('forward', 'second forward', 100, 2000, 2),
      operation('prediction', 'probabilities', 60, 0, null),
      operation('training', 'first filter', 60, 4000, 0.5),
    ],
    shaders: ['@compute @workgroup_size(64)\nfn main() {}\n'],
    slots: [
      { name: 'weights', bytes: 100, persistent: true, buffer: 1, begin: 0, end: 3 },
      { name: 'first', bytes: 60, persistent: false, buffer: 0, begin: 0, end: 1 },
      { name: 'first gradient', bytes: 40, persistent: false, buffer: 0, begin: 3, end: 3 },
    ],
    buffers: [60, 100],
    timing: { possible: true, steps: 8 },
    ...changes,
  };
}
