/**
 * Reads GPU buffers back without stopping the queue: a few staging buffers, taken in turn. Rejects when the device is lost, and when it
 * left out a submit on the way to what is read.
 */
import type { GpuMemory } from './gpu-memory.ts';
import { nudged } from './nudge.ts';
import { COUNT_BYTES, DeviceLostError, type Receipt, type SubmitCount } from './submit-count.ts';

export class Readback {
  readonly #queue: GPUQueue;
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: ((buffer: GPUBuffer) => void)[] = [];

  constructor(queue: GPUQueue, memory: GpuMemory, label: string, bytes: number, buffers: number) {
    this.#queue = queue;
    for (let i = 0; i < buffers; i++) this.#free.push(staging(memory, `${label} staging`, bytes));
  }

  /** A staging buffer for an answer and, behind it, the count of submits, as soon as one is free. */
  acquire(): Promise<GPUBuffer> {
    const buffer = this.#free.pop();
    return buffer ? Promise.resolve(buffer) : new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Maps a buffer that a counted submit copies into, copies its floats out, and frees it for the next. */
  async read(buffer: GPUBuffer, receipt: Receipt): Promise<Float32Array<ArrayBuffer>> {
    try {
      return await readMapped(this.#queue, buffer, receipt);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(buffer);
      else this.#free.push(buffer);
    }
  }
}

function staging(memory: GpuMemory, label: string, bytes: number): GPUBuffer {
  return memory.create(label, bytes + COUNT_BYTES, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
}

/** All but the count, which is checked. */
async function readMapped(
  queue: GPUQueue,
  buffer: GPUBuffer,
  receipt: Receipt | undefined,
): Promise<Float32Array<ArrayBuffer>> {
  try {
    await nudged(queue, buffer.mapAsync(GPUMapMode.READ));
  } catch (error) {
    throw new DeviceLostError(`the GPU gave no answer: ${String(error)}`);
  }
  const mapped = buffer.getMappedRange();
  const end = mapped.byteLength - COUNT_BYTES;
  const values = new Float32Array(mapped.slice(0, end));
  const count = new Uint32Array(mapped, end)[0] ?? 0;
  buffer.unmap();
  receipt?.check(count);
  return values;
}

/** One read of `bytes` through a buffer of its own; `count` counts it, where a device's submits are counted. */
export async function readOnce(
  device: GPUDevice,
  memory: GpuMemory,
  from: GPUBuffer,
  bytes: number,
  count?: SubmitCount,
): Promise<Float32Array<ArrayBuffer>> {
  const to = staging(memory, 'one read', bytes);
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    const receipt = count?.submit(encoder, to);
    if (!receipt) device.queue.submit([encoder.finish()]);
    return await readMapped(device.queue, to, receipt);
  } finally {
    memory.destroy(to);
  }
}
