/** A GPU plan in plain data: each dispatch with its shader, grid and constants. */
import type { Dispatch } from '../../kernels/dispatch.ts';
import { structValues, workgroupSize } from '../../kernels/wgsl.ts';
import type { Network } from '../../network/graph.ts';
import type { PlanDescription } from '../../protocol/inspection.ts';
import { type DescribedKernel, describePlan } from '../lowering/describe.ts';
import type { GpuPlan } from './gpu-plan.ts';

export function describeGpuPlan(
  plan: GpuPlan,
  network: Network,
): Pick<PlanDescription, 'operations' | 'shaders' | 'slots' | 'buffers'> {
  return describePlan(plan, network, kernelOf);
}

function kernelOf({ code, bindings, words, workgroups }: Dispatch): DescribedKernel {
  const shaped = bindings.some(({ kind }) => kind === 'shape');
  return {
    code,
    workgroups: [...workgroups],
    workgroupSize: workgroupSize(code),
    constants: shaped ? structValues(code, 'Shape', words) : {},
  };
}
