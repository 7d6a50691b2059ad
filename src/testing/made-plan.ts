/** Plans to show: one of four operations with numbers that a person can check, and one of a network with made-up times. */
import { describeGpuPlan } from '../engine/compiled/describe.ts';
import { buildGpuPlan } from '../engine/compiled/gpu-plan.ts';
import { buildNetwork } from '../network/catalogue.ts';
import type { PlanDescription, PlannedOperation } from '../protocol/inspection.ts';

const VARIANT = {
  question: 'conv side=64',
  chosen: 'pixels 4, channels 4, gemm (rows 8, lanes 8, block 8)',
  tried: [
    { variant: 'pixels 8, channels 4, workgroup 64', milliseconds: 0.25 },
    { variant: 'pixels 4, channels 4, gemm (rows 8, lanes 8, block 8)', milliseconds: 0.125 },
    { variant: 'pixels 2, channels 1, workgroup 64', milliseconds: null },
  ],
  complete: false,
};

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
    kernel: {
      ...{ shader: 0, workgroups: [2, 1], workgroupSize: [64, 1, 1], constants: { threads: 128, slope: 0.01 } },
      variant: part === 'forward' ? VARIANT : null,
    },
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

/** Of the page's own network, small; times are made up from its FLOP and bytes. */
export function networkPlan(): PlanDescription {
  const settings = { network: buildNetwork('improved-unet', 4), size: 64, batch: 2 };
  const rest = { crossEntropy: 0, l2: 0, dropout: true };
  const described = describeGpuPlan(buildGpuPlan({ ...settings, ...rest }), settings.network);
  const operations = described.operations.map(made => ({
    ...made,
    milliseconds: made.part === 'prediction' ? null : 0.002 + made.flops / 4e9 + made.bytes / 1e8,
  }));
  return { engine: 'compiled', size: 64, batch: 2, ...described, operations, timing: { possible: true, steps: 8 } };
}
