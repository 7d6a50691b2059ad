/** Runs a kernel's dispatches on plain arrays, for the tests of single kernels. */

import { GpuMemory } from '../engine/compiled/gpu-memory.ts';
import { makeReady, PipelineCache, record } from '../engine/compiled/pipelines.ts';
import { readOnce } from '../engine/compiled/readback.ts';
import type { Dispatch, Slot, View } from '../kernels/dispatch.ts';
import { STEP_BYTES, type StepNumbers, stepBytes } from '../kernels/step.ts';
import { randomStream } from '../random/pcg.ts';

export function slot(name: string, values: number): Slot {
  return { name, bytes: Math.max(16, Math.ceil(values / 4) * 16), persistent: true };
}

/** A tensor of its own, or a slice: `before` and `after` are channels of neighbours that must not be touched. */
export function tensor(name: string, batch: number, side: number, channels: number, before = 0, after = 0): View {
  const stride = before + channels + after;
  return {
    slot: slot(name, batch * side * side * stride),
    batch,
    side,
    channels,
    stride,
    offset: before,
    stored: 'f32',
  };
}

/** Standard normal numbers, already rounded to single precision, in double-precision arrays. */
export function noise(count: number, ...keys: number[]): Float64Array {
  const random = randomStream(...keys);
  return Float64Array.from({ length: count }, () => Math.fround(random.normal()));
}

/** A dense tensor's values laid into the view's slot; the neighbours' channels hold 77. */
export function embed(view: View, values: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const data = new Float32Array(view.slot.bytes / 4).fill(77);
  for (let i = 0; i < values.length; i++)
    data[Math.floor(i / view.channels) * view.stride + view.offset + (i % view.channels)] = values[i] ?? 0;
  return data;
}

/** The view's channels out of its slot's values; throws if a neighbour's channel no longer holds 77. */
export function extract(view: View, data: Float32Array): Float32Array {
  const out = new Float32Array(view.batch * view.side * view.side * view.channels);
  for (let i = 0; i < view.batch * view.side * view.side * view.stride; i++) {
    const c = (i % view.stride) - view.offset;
    if (c >= 0 && c < view.channels) out[Math.floor(i / view.stride) * view.channels + c] = data[i] ?? Number.NaN;
    else if (data[i] !== 77) throw new Error(`${view.slot.name}: a neighbouring channel was written`);
  }
  return out;
}

const caches = new WeakMap<GPUDevice, PipelineCache>();

function cacheOf(device: GPUDevice): PipelineCache {
  const cache = caches.get(device) ?? new PipelineCache(device);
  caches.set(device, cache);
  return cache;
}

/** Uploads, runs, and reads the wanted slots back. Slots without data start as zeros. */
export async function runKernels(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  data: ReadonlyMap<Slot, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>,
  wanted: readonly Slot[],
  step?: StepNumbers,
): Promise<Float32Array[]> {
  const memory = new GpuMemory(device);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffers = new Map<Slot, GPUBuffer>();
  const buffer = (wantedSlot: Slot) => {
    const found = buffers.get(wantedSlot) ?? memory.create(wantedSlot.name, wantedSlot.bytes, usage);
    buffers.set(wantedSlot, found);
    return found;
  };
  for (const [target, values] of data) device.queue.writeBuffer(buffer(target), 0, values);
  const uniform = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  if (step) device.queue.writeBuffer(uniform, 0, stepBytes(step));
  const ready = await makeReady(device, memory, cacheOf(device), dispatches, uniform, buffer);
  const encoder = device.createCommandEncoder();
  record(encoder, ready);
  device.queue.submit([encoder.finish()]);
  const results = await Promise.all(wanted.map(s => readOnce(device, memory, buffer(s), s.bytes)));
  memory.dispose();
  return results;
}

/** Largest |a − b| over the largest |b|. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let scale = 1e-12;
  for (let i = 0; i < b.length; i++) {
    const gap = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (Number.isNaN(gap)) return Number.NaN;
    difference = Math.max(difference, gap);
    scale = Math.max(scale, Math.abs(b[i] ?? 0));
  }
  return difference / scale;
}

/** Σ aᵢbᵢ. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
