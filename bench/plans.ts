/** What plans will ask of a GPU, counted without one. */
import { type AdapterKind, defaultChoices } from '../src/engine/compiled/choices.ts';
import { buildGpuPlan } from '../src/engine/compiled/gpu-plan.ts';
import { type PlanFigures, planFigures } from '../src/engine/compiled/plan-figures.ts';
import { parameterSlots } from '../src/engine/lowering/describe.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import { DEVICES } from './model/devices.ts';
import { type Prediction, predictAll } from './model/predict.ts';
import type { CaseOptions } from './options.ts';

export interface PlannedCase extends CaseOptions, PlanFigures {
  /** Whose first choices of variants, before anything was measured. */
  readonly choices: AdapterKind;
  /** Milliseconds of a step on GPUs, by the model in model/predict.ts: computed, not measured. */
  readonly computedMs: Readonly<Record<string, number>>;
}

/** The Improved UNet's training step, with the first choices for a GPU. Throws RangeError where a size does not fit the network. */
export function plansOf(cases: readonly CaseOptions[]): PlannedCase[] {
  return cases.map(({ size, filters, batch }) => {
    const network = buildNetwork('improved-unet', filters);
    const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: true };
    const plan = buildGpuPlan(settings, defaultChoices('gpu'));
    const step = [...plan.forward, ...plan.training];
    const slots = parameterSlots(plan);
    const computedMs = Object.fromEntries(
      DEVICES.map(device => [device.name, total(predictAll(step, batch, slots, device))] as const),
    );
    return { size, filters, batch, choices: 'gpu', ...planFigures(plan), computedMs };
  });
}

function total(predictions: readonly Prediction[]): number {
  return predictions.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

export function planTable(plans: readonly PlannedCase[]): string {
  return plans
    .map(({ size, filters, batch, dispatches, bytes, gflop, loadsPerFma, largestDispatchGflop, computedMs }) =>
      [
        `${size}x${filters}x${batch}: ${dispatches} dispatches, ${(bytes / 1e6).toFixed(0)} MB read and written, ${gflop.toFixed(1)} GFLOP`,
        `  3×3 convolutions of 16 maps or more: ${loadsPerFma.toFixed(3)} loads a multiply-add`,
        `  the largest dispatch has ${largestDispatchGflop.toFixed(2)} GFLOP`,
        `  ms an image by the model, computed: ${Object.entries(computedMs)
          .map(([name, ms]) => `${name} ${(ms / batch).toFixed(1)}`)
          .join(', ')}`,
      ].join('\n'),
    )
    .join('\n');
}
