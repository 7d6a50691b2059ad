/** The memory that a run needs, estimated before it starts. */

import { buildNetwork } from '../../network/catalogue.ts';
import type { MemoryEstimate } from '../../protocol/device.ts';
import { AppError } from '../../protocol/errors.ts';
import { megabytes } from '../../protocol/megabytes.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { Gpu } from './gpu.ts';

const MOST_BATCH = 64;

/** null where the engine at hand does not plan its memory. Throws AppError 'no-webgpu' or 'no-webgl'. */
export async function estimateOn(gpu: Gpu, settings: RunSettings): Promise<MemoryEstimate | null> {
  const { engine, report } = await gpu.open();
  const limits = { buffer: report.maxBufferBytes, total: report.memoryBytes ?? null };
  if (engine === 'compiled') return estimateMemory(settings, limits);
  return engine === 'cpu' ? estimateCpuMemory(settings, report.threads ?? 1, limits) : null;
}

/** What a plan takes, in bytes. */
export interface PlanMemory {
  readonly total: number;
  readonly largest: number;
}

/** What a device gives, in bytes. */
export interface MemoryLimits {
  /** To one buffer. */
  readonly buffer: number;
  /** To all of them; null where nobody tells. */
  readonly total: number | null;
}

/** Whether each buffer of a plan, and all of them together, are within the limits. */
export function planFits({ total, largest }: PlanMemory, limits: MemoryLimits): boolean {
  return largest <= limits.buffer && (limits.total === null || total <= limits.total);
}

/** By the plans of this and of other batches. */
export function estimateByPlan(
  plan: (batch: number) => PlanMemory,
  batch: number,
  limits: MemoryLimits,
): MemoryEstimate {
  const { total, largest } = plan(batch);
  return {
    ...{ bytes: total, largestBuffer: largest, allowed: limits.buffer, allowedTotal: limits.total },
    fits: planFits({ total, largest }, limits),
    largestBatch: largestFitting(batch => planFits(plan(batch), limits)),
  };
}

/** By the CPU engine's plan: all of it is one memory. */
export async function estimateCpuMemory(
  settings: RunSettings,
  threads: number,
  limits: MemoryLimits,
): Promise<MemoryEstimate> {
  const { cpuPlanBytes } = await import('../../engine/cpu/engine.ts');
  const network = buildNetwork(settings.arch, settings.filters);
  const plan = (batch: number) => {
    const total = cpuPlanBytes({ ...settings, network, batch, dropout: true }, threads);
    return { total, largest: total };
  };
  return estimateByPlan(plan, settings.batch, limits);
}

/** By the compiled engine's plan. */
export async function estimateMemory(settings: RunSettings, limits: MemoryLimits): Promise<MemoryEstimate> {
  const { planBytes } = await import('../../engine/compiled/plan-bytes.ts');
  const network = buildNetwork(settings.arch, settings.filters);
  const plan = (batch: number) => planBytes({ ...settings, network, batch, dropout: true });
  return estimateByPlan(plan, settings.batch, limits);
}

/** The largest batch up to MOST_BATCH that fits, given that smaller ones do where a larger one does; 0 if none. */
export function largestFitting(fits: (batch: number) => boolean): number {
  let low = 0;
  let high = MOST_BATCH;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function tooLarge(
  { size, filters, batch }: RunSettings,
  { bytes, largestBuffer, allowed, allowedTotal, largestBatch }: MemoryEstimate,
): AppError {
  const needs =
    largestBuffer > allowed || allowedTotal === null
      ? `${megabytes(largestBuffer)} in one piece, and this device allows ${megabytes(allowed)}`
      : `${megabytes(bytes)}, and this device has ${megabytes(allowedTotal)} for it`;
  return new AppError(
    'out-of-memory',
    `Batch ${batch} at ${size} × ${size} with ${filters} base filters needs ${needs}`,
    largestBatch > 0
      ? `set the batch size to ${largestBatch} or less`
      : 'choose a smaller image size or fewer base filters',
  );
}
