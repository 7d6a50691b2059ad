/**
 * Numbers for trials of kernels, made on the GPU once and copied to wherever they are wanted: all positive, so that nothing cancels, and never
 * the same twice in a row. Each 32-bit word is a small float, and each of its halves a 16-bit float between 0.5 and 1.
 */
import { GpuMemory } from './gpu-memory.ts';

const WORDS = 2 ** 20;
const WORKGROUP = 256;
const CODE = `
@group(0) @binding(0) var<storage, read_write> words: array<u32>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let hash = (id.x + 1u) * 0x9e3779b1u;
  words[id.x] = 0x38003800u | ((hash >> 22u) << 16u) | ((hash >> 8u) & 0x3ffu);
}`;

export class TestData {
  readonly #device: GPUDevice;
  readonly #memory: GpuMemory;
  readonly #pattern: GPUBuffer;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#memory = new GpuMemory(device);
    this.#pattern = this.#memory.storage('test data', WORDS * 4);
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: CODE }), entryPoint: 'main' },
    });
    const bindGroup = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: this.#pattern } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(WORDS / WORKGROUP);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** The buffer, filled; its size is a multiple of 4. */
  fill(buffer: GPUBuffer): GPUBuffer {
    const encoder = this.#device.createCommandEncoder();
    for (let at = 0; at < buffer.size; at += WORDS * 4)
      encoder.copyBufferToBuffer(this.#pattern, 0, buffer, at, Math.min(WORDS * 4, buffer.size - at));
    this.#device.queue.submit([encoder.finish()]);
    return buffer;
  }

  dispose(): void {
    this.#memory.dispose();
  }
}
