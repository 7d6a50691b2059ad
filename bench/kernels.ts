/**
 * Our step's dispatches one by one, each repeated on buffers of its own, against what this adapter reaches in a plain copy
 * and in a plain loop of multiply-adds. Alone a dispatch finds its tensors in the caches more often than in a step.
 */

import { answersOf } from '../src/engine/compiled/cards.ts';
import { traitsOf } from '../src/engine/compiled/choices.ts';
import { buildGpuPlan } from '../src/engine/compiled/gpu-plan.ts';
import { measurePeaks, type Peaks, timeAlone } from '../src/engine/compiled/peaks.ts';
import { PipelineCache } from '../src/engine/compiled/pipelines.ts';
import { rememberedChoices } from '../src/engine/compiled/questions.ts';
import { chosen } from '../src/engine/compiled/tuning.ts';
import { parameterSlots, touchedBytes } from '../src/engine/lowering/describe.ts';
import { allOperations } from '../src/engine/lowering/memory.ts';
import { requestGpuDevice } from '../src/kernels/device.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import { testBatch, testWeights } from '../src/testing/weights.ts';
import type { CaseOptions } from './options.ts';
import { keptTuning, openOurs } from './sides/ours.ts';

export interface KernelResult {
  readonly label: string;
  readonly ms: number;
  /** Multiply-adds counted as two; 0 where they are not counted. */
  readonly flops: number;
  /** Of the tensors that it binds, each once; parameters left out but for Adam, so a lower bound. */
  readonly bytes: number;
}

export interface KernelsResult extends CaseOptions, Peaks {
  readonly kernels: readonly KernelResult[];
}

export async function kernels(options: CaseOptions): Promise<KernelsResult> {
  const { size, filters, batch } = options;
  const network = buildNetwork('improved-unet', filters);
  const tuning = keptTuning();
  const weights = testWeights(network);
  const data = testBatch(batch, size);
  (await openOurs({ network, size, batch, weights, data, learningRate: 0 }, { tuning })).dispose();

  const { device } = await requestGpuDevice();
  const cache = new PipelineCache(device);
  const peaks = await measurePeaks(device, cache);

  const tiles = chosen(answersOf(await tuning.load(), peaks.peakGflops));
  const { choices } = rememberedChoices(traitsOf(device), tiles);
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: false };
  const plan = buildGpuPlan(settings, choices);
  const parameters = parameterSlots(plan);
  const results: KernelResult[] = [];
  const seen = new Map<string, number>();
  for (const dispatch of allOperations(plan).filter(one => !plan.probabilities.includes(one))) {
    const { label, flops } = dispatch;
    // The same shader on the same shapes takes the same time: measured once.
    const key = JSON.stringify([dispatch.code, dispatch.workgroups, flops, touchedBytes(dispatch, parameters)]);
    const ms = seen.get(key) ?? (await timeAlone(device, cache, dispatch));
    seen.set(key, ms);
    results.push({ label, ms, flops, bytes: touchedBytes(dispatch, parameters) });
  }
  device.destroy();
  return {
    ...{ size, filters, batch },
    ...peaks,
    kernels: results,
  };
}
