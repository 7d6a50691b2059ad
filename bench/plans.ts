/** What plans will ask of a GPU, counted without one. */
import { type AdapterKind, defaultChoices } from '../src/engine/compiled/choices.ts';
import { buildGpuPlan } from '../src/engine/compiled/gpu-plan.ts';
import { type PlanFigures, planFigures } from '../src/engine/compiled/plan-figures.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import type { CaseOptions } from './options.ts';

export interface PlannedCase extends CaseOptions, PlanFigures {
  /** Whose first choices of variants, before anything was measured. */
  readonly choices: AdapterKind;
}

/** The Improved UNet's training step, with the first choices for a GPU. Throws RangeError where a size does not fit the network. */
export function plansOf(cases: readonly CaseOptions[]): PlannedCase[] {
  return cases.map(({ size, filters, batch }) => {
    const network = buildNetwork('improved-unet', filters);
    const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: true };
    const plan = buildGpuPlan(settings, defaultChoices('gpu'));
    return { size, filters, batch, choices: 'gpu', ...planFigures(plan) };
  });
}

export function planTable(plans: readonly PlannedCase[]): string {
  return plans
    .map(({ size, filters, batch, dispatches, bytes, gflop, loadsPerFma, largestDispatchGflop }) =>
      [
        `${size}x${filters}x${batch}: ${dispatches} dispatches, ${(bytes / 1e6).toFixed(0)} MB read and written, ${gflop.toFixed(1)} GFLOP`,
        `  3×3 convolutions of 16 maps or more: ${loadsPerFma.toFixed(3)} loads a multiply-add`,
        `  the largest dispatch has ${largestDispatchGflop.toFixed(2)} GFLOP`,
      ].join('\n'),
    )
    .join('\n');
}
