/**
 * A plan of which every shader has been compared with double precision on the device at hand: where a variant computes wrongly another takes
 * its place.
 */
import type { Dispatch } from '../../kernels/dispatch.ts';
import { AppError } from '../../protocol/errors.ts';
import { allOperations } from '../lowering/memory.ts';
import type { AdapterTraits, Choices } from './choices.ts';
import type { GpuPlan } from './gpu-plan.ts';
import { NoVariantError, rememberedChoices, type Tiles, variantKey } from './questions.ts';

export interface SoundPlanParts {
  readonly adapter: AdapterTraits;
  readonly tiles: Tiles;
  readonly build: (choices: Choices) => GpuPlan;
  /** Compiles their shaders, and gives those that compute wrongly; see SelfTest. */
  readonly wrong: (dispatches: readonly Dispatch[]) => Promise<readonly Dispatch[]>;
}

export interface SoundPlan {
  readonly plan: GpuPlan;
  /** Labels of the dispatches whose first variant was wrong. */
  readonly replaced: readonly string[];
}

/** Throws AppError 'wrong-kernels' where nothing is left that computes rightly. */
export async function soundPlan({ adapter, tiles, build, wrong }: SoundPlanParts): Promise<SoundPlan> {
  const avoided = new Set<string>();
  const replaced: string[] = [];
  for (;;) {
    const plan = buildAvoiding();
    const bad = await wrong(allOperations(plan));
    if (bad.length === 0) return { plan, replaced };
    for (const { label, variant } of bad) {
      if (!variant) throw wrongKernels(label);
      avoided.add(variantKey(variant.kind, variant.tile));
      replaced.push(label);
    }
  }

  function buildAvoiding(): GpuPlan {
    try {
      return build(rememberedChoices(adapter, tiles, avoided).choices);
    } catch (error) {
      if (error instanceof NoVariantError) throw wrongKernels(replaced.at(-1) ?? error.message, error);
      throw error;
    }
  }
}

function wrongKernels(label: string, cause?: Error): AppError {
  return new AppError(
    'wrong-kernels',
    `This GPU’s driver computes “${label}” wrongly, so that training on it would mean nothing`,
    'use the CPU engine, or update the graphics driver and the browser',
    cause && { cause },
  );
}

/** That it was noticed, and that nothing is to be done. */
export function replacedVariants(labels: readonly string[]): AppError {
  return new AppError(
    'wrong-kernels',
    `This GPU’s driver computes a form of “${labels.join('”, “')}” wrongly`,
    'nothing needs to be done, because another form takes its place; a newer driver may be faster',
  );
}
