/**
 * Reads GPU buffers back without stopping the queue: a few staging buffers, taken in turn. Rejects when the device is lost.
 */
import type { GpuMemory } from './gpu-memory.ts';

/** The GPU device is gone: driver reset, GPU process crash, or destroyed. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

export class Readback {
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: ((buffer: GPUBuffer) => void)[] = [];

  constructor(memory: GpuMemory, label: string, bytes: number, buffers: number) {
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    for (let i = 0; i < buffers; i++) this.#free.push(memory.create(`${label} staging`, bytes, usage));
  }

  /** A staging buffer, as soon as one is free. */
  acquire(): Promise<GPUBuffer> {
    const buffer = this.#free.pop();
    return buffer ? Promise.resolve(buffer) : new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Maps a buffer that a submitted command copies into, copies its floats out, and frees it for the next. */
  async read(buffer: GPUBuffer, bytes: number): Promise<Float32Array<ArrayBuffer>> {
    try {
      const values = await readMapped(buffer, bytes);
      buffer.unmap();
      return values;
    } finally {
      const next = this.#waiting.shift();
      if (next) next(buffer);
      else this.#free.push(buffer);
    }
  }
}

async function readMapped(buffer: GPUBuffer, bytes: number): Promise<Float32Array<ArrayBuffer>> {
  try {
    await buffer.mapAsync(GPUMapMode.READ, 0, bytes);
  } catch (error) {
    throw new DeviceLostError(`the GPU gave no answer: ${String(error)}`);
  }
  return new Float32Array(buffer.getMappedRange(0, bytes).slice(0));
}

/** One read of `bytes` through a buffer of its own. */
export async function readOnce(device: GPUDevice, memory: GpuMemory, from: GPUBuffer, bytes: number) {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = memory.create('one read', bytes, usage);
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    return await readMapped(staging, bytes);
  } finally {
    memory.destroy(staging);
  }
}
