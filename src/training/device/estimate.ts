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
  if (engine === 'compiled') return estimateMemory(settings, report.maxBufferBytes);
  return engine === 'cpu' ? estimateCpuMemory(settings, report.threads ?? 1, report.maxBufferBytes) : null;
}

/** By the CPU engine's plan: one memory, of which `allowed` bytes can be addressed. */
async function estimateCpuMemory(settings: RunSettings, threads: number, allowed: number): Promise<MemoryEstimate> {
  const { cpuPlanBytes } = await import('../../engine/cpu/engine.ts');
  const network = buildNetwork(settings.arch, settings.filters);
  const plan = (batch: number) => cpuPlanBytes({ ...settings, network, batch, dropout: true }, threads);
  const bytes = plan(settings.batch);
  return {
    ...{ bytes, largestBuffer: bytes, allowed, fits: bytes <= allowed },
    largestBatch: largestFitting(batch => plan(batch) <= allowed),
  };
}

/** By the compiled engine's plan. `allowed`: the adapter's limit for one buffer, bytes; WebGPU tells no limit for the sum. */
export async function estimateMemory(settings: RunSettings, allowed: number): Promise<MemoryEstimate> {
  const { planBytes } = await import('../../engine/compiled/plan-bytes.ts');
  const { arch, filters } = settings;
  const network = buildNetwork(arch, filters);
  const plan = (batch: number) => planBytes({ ...settings, network, batch, dropout: true });
  const { total, largest } = plan(settings.batch);
  const fits = largest <= allowed;
  return {
    bytes: total,
    largestBuffer: largest,
    allowed,
    fits,
    largestBatch: largestFitting(batch => plan(batch).largest <= allowed),
  };
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
  { largestBuffer, allowed, largestBatch }: MemoryEstimate,
): AppError {
  return new AppError(
    'out-of-memory',
    `Batch ${batch} at ${size} × ${size} with ${filters} base filters needs ${megabytes(largestBuffer)} in one piece, and this device allows ${megabytes(allowed)}`,
    largestBatch > 0
      ? `set the batch size to ${largestBatch} or less`
      : 'choose a smaller image size or fewer base filters',
  );
}
