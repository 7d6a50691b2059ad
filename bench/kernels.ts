/**
 * Our step's dispatches one by one, each repeated on buffers of its own, against what this adapter reaches in a plain copy and
 * in a plain loop of multiply-adds. Alone a dispatch finds its tensors in the caches more often than in a step.
 */

import { traitsOf } from '../src/engine/compiled/choices.ts';
import { GpuMemory } from '../src/engine/compiled/gpu-memory.ts';
import { buildGpuPlan } from '../src/engine/compiled/gpu-plan.ts';
import { makeReady, PipelineCache, record } from '../src/engine/compiled/pipelines.ts';
import { rememberedChoices } from '../src/engine/compiled/tuning.ts';
import { parameterSlots, touchedBytes } from '../src/engine/lowering/describe.ts';
import { allOperations } from '../src/engine/lowering/memory.ts';
import { requestGpuDevice } from '../src/kernels/device.ts';
import { type Dispatch, grid, makeDispatch, type Slot } from '../src/kernels/dispatch.ts';
import { STEP_BYTES } from '../src/kernels/step.ts';
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

export interface KernelsResult extends CaseOptions {
  readonly peakGflops: number;
  readonly peakGBs: number;
  readonly kernels: readonly KernelResult[];
}

const COPY_VECTORS = 2 ** 22;
const COPY = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * 64u;
  if (i < ${COPY_VECTORS}u) { target_[i] = source[i]; }
}`;

const FMA_THREADS = 2 ** 16;
const FMA_ROUNDS = 256;
const CHAINS = 8;
const chains = Array.from({ length: CHAINS }, (_, i) => i);
const FMA = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = source[0];
  ${chains.map(i => `var v${i} = source[${i}];`).join('\n  ')}
  for (var round = 0u; round < ${FMA_ROUNDS}u; round++) {
    ${chains.map(i => `v${i} = fma(v${i}, factor, factor);`).join('\n    ')}
  }
  target_[id.x] = ${chains.map(i => `v${i}`).join(' + ')};
}`;

const slot = (name: string, bytes: number): Slot => ({ name, bytes, persistent: true });

function peak(label: string, code: string, threads: number, flops: number, bytes: number): Dispatch {
  const buffers = { source: slot('source', bytes), target_: slot('target', bytes) };
  return makeDispatch({ label, code, shape: {}, buffers, workgroups: grid(threads, 64), flops });
}

const LONG_ENOUGH_MS = 30;

/** Milliseconds of one run: the least of three, each repeated until it is long enough to time. */
async function measure(device: GPUDevice, cache: PipelineCache, dispatch: Dispatch): Promise<number> {
  const memory = new GpuMemory(device);
  const buffers = new Map<Slot, GPUBuffer>();
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    await cache.compile([dispatch]);
    const [ready] = await makeReady(device, memory, cache, [dispatch], step, wanted => {
      const buffer = buffers.get(wanted) ?? memory.create(wanted.name, wanted.bytes, GPUBufferUsage.STORAGE);
      buffers.set(wanted, buffer);
      return buffer;
    });
    if (!ready) throw new Error(`${dispatch.label} is not ready`);
    const run = async (repeats: number) => {
      const begin = performance.now();
      const encoder = device.createCommandEncoder();
      record(encoder, new Array(repeats).fill(ready));
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - begin) / repeats;
    };
    await run(1);
    const once = await run(1);
    const repeats = Math.max(1, Math.min(2000, Math.ceil(LONG_ENOUGH_MS / Math.max(once, 0.01))));
    return Math.min(await run(repeats), await run(repeats), await run(repeats));
  } finally {
    memory.dispose();
  }
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
  const bytes = COPY_VECTORS * 16;
  const copyMs = await measure(device, cache, peak('copy', COPY, COPY_VECTORS, 0, bytes));
  const fmaFlops = FMA_THREADS * FMA_ROUNDS * CHAINS * 4 * 2;
  const fmaMs = await measure(device, cache, peak('fma', FMA, FMA_THREADS, fmaFlops, FMA_THREADS * 16));

  const tiles = (await tuning.load())?.tiles ?? {};
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
    const ms = seen.get(key) ?? (await measure(device, cache, dispatch));
    seen.set(key, ms);
    results.push({ label, ms, flops, bytes: touchedBytes(dispatch, parameters) });
  }
  device.destroy();
  return {
    ...{ size, filters, batch },
    peakGflops: fmaFlops / fmaMs / 1e6,
    peakGBs: (2 * bytes) / copyMs / 1e6,
    kernels: results,
  };
}
