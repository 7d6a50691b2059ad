/** A GPU plan in plain data: each dispatch with its shader, grid, constants and how its variant came to be chosen. */
import type { Dispatch } from '../../kernels/dispatch.ts';
import { structValues, workgroupSize } from '../../kernels/wgsl.ts';
import type { Network } from '../../network/graph.ts';
import type { PlanDescription } from '../../protocol/inspection.ts';
import { type DescribedKernel, describePlan } from '../lowering/describe.ts';
import type { GpuPlan } from './gpu-plan.ts';
import type { Answers } from './tuning.ts';

/** `answers`: what was measured of variants on the device. */
export function describeGpuPlan(
  plan: GpuPlan,
  network: Network,
  answers: Answers = {},
): Pick<PlanDescription, 'operations' | 'shaders' | 'slots' | 'buffers'> {
  return describePlan(plan, network, dispatch => kernelOf(dispatch, answers));
}

function kernelOf({ code, bindings, words, workgroups, variant }: Dispatch, answers: Answers): DescribedKernel {
  const shaped = bindings.some(({ kind }) => kind === 'shape');
  return {
    code,
    workgroups: [...workgroups],
    workgroupSize: workgroupSize(code),
    constants: shaped ? structValues(code, 'Shape', words) : {},
    variant: variant ? describeVariant(variant, answers) : null,
  };
}

function describeVariant({ question, tile }: NonNullable<Dispatch['variant']>, answers: Answers) {
  const { tried = [], complete = false } = answers[question] ?? {};
  return {
    question,
    chosen: tileText(tile),
    tried: tried.map(one => ({ variant: tileText(one.tile), milliseconds: one.milliseconds })),
    complete,
  };
}

/** 'pixels 8, channels 4, gemm (rows 8, lanes 16)'. */
function tileText(tile: object): string {
  const part = ([name, value]: [string, unknown]): string => {
    if (typeof value === 'object' && value !== null) return `${name} (${tileText(value)})`;
    return value === true ? name : `${name} ${value}`;
  };
  return Object.entries(tile).map(part).join(', ');
}
