/** Every GPU buffer of one engine: made here, counted here, destroyed here. */

export class GpuMemory {
  readonly #device: GPUDevice;
  readonly #live = new Set<GPUBuffer>();
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  create(label: string, size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#live.add(buffer);
    this.#bytes += size;
    return buffer;
  }

  /** For shaders to read and write, and to be copied from and to. */
  storage(label: string, size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.create(label, size, usage);
  }

  destroy(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** Exact, of the buffers that live now. */
  count(): { gpuBytes: number; buffers: number } {
    return { gpuBytes: this.#bytes, buffers: this.#live.size };
  }

  dispose(): void {
    for (const buffer of [...this.#live]) this.destroy(buffer);
  }
}
