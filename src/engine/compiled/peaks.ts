/** What an adapter reaches in a plain copy and in a plain loop of multiply-adds. */
import { type Dispatch, grid, makeDispatch, type Slot } from '../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import { GpuMemory } from './gpu-memory.ts';
import { makeReady, type PipelineCache } from './pipelines.ts';
import { timeDispatches } from './timing.ts';

export interface Peaks {
  /** Multiply-adds counted as two, in single precision. */
  readonly peakGflops: number;
  /** Read and written. */
  readonly peakGBs: number;
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
const FMA_ROUNDS = 128;
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

/** Milliseconds of one run of a dispatch, on buffers of zeros. */
export async function timeAlone(device: GPUDevice, cache: PipelineCache, dispatch: Dispatch): Promise<number> {
  const memory = new GpuMemory(device);
  const buffers = new Map<Slot, GPUBuffer>();
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    await cache.compile([dispatch]);
    const ready = await makeReady(device, memory, cache, [dispatch], step, wanted => {
      const buffer = buffers.get(wanted) ?? memory.create(wanted.name, wanted.bytes, GPUBufferUsage.STORAGE);
      buffers.set(wanted, buffer);
      return buffer;
    });
    return Math.max(1e-6, (await timeDispatches(device, ready)) ?? 0);
  } finally {
    memory.dispose();
  }
}

/** Billions of multiply-adds a second, counted as two. */
export async function measureGflops(device: GPUDevice, cache: PipelineCache): Promise<number> {
  const flops = FMA_THREADS * FMA_ROUNDS * CHAINS * 4 * 2;
  return flops / (await timeAlone(device, cache, peak('fma', FMA, FMA_THREADS, flops, FMA_THREADS * 16))) / 1e6;
}

export async function measurePeaks(device: GPUDevice, cache: PipelineCache): Promise<Peaks> {
  const bytes = COPY_VECTORS * 16;
  const copyMs = await timeAlone(device, cache, peak('copy', COPY, COPY_VECTORS, 0, bytes));
  return { peakGflops: await measureGflops(device, cache), peakGBs: (2 * bytes) / copyMs / 1e6 };
}
