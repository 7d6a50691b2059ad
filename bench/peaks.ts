/** What an adapter reaches in a plain copy and in a plain loop of multiply-adds, and how one dispatch is timed. */
import { GpuMemory } from '../src/engine/compiled/gpu-memory.ts';
import { makeReady, type PipelineCache, record } from '../src/engine/compiled/pipelines.ts';
import { type Dispatch, grid, makeDispatch, type Slot } from '../src/kernels/dispatch.ts';
import { STEP_BYTES } from '../src/kernels/step.ts';

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
export async function measure(device: GPUDevice, cache: PipelineCache, dispatch: Dispatch): Promise<number> {
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

export async function measurePeaks(device: GPUDevice, cache: PipelineCache): Promise<Peaks> {
  const bytes = COPY_VECTORS * 16;
  const copyMs = await measure(device, cache, peak('copy', COPY, COPY_VECTORS, 0, bytes));
  const fmaFlops = FMA_THREADS * FMA_ROUNDS * CHAINS * 4 * 2;
  const fmaMs = await measure(device, cache, peak('fma', FMA, FMA_THREADS, fmaFlops, FMA_THREADS * 16));
  return { peakGflops: fmaFlops / fmaMs / 1e6, peakGBs: (2 * bytes) / copyMs / 1e6 };
}
