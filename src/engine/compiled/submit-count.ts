/**
 * Whether the GPU has done all that it was given. Some drivers end a command buffer that takes too long and go on as if it had been done:
 * no event tells, and a step that never happened would pass for one. So each submit adds one to a number in the GPU's memory, as the last
 * that it computes, and whoever reads anything back compares that number with the submits made.
 */
import type { GpuMemory } from './gpu-memory.ts';

/** Of the number. */
export const COUNT_BYTES = 4;

const CODE = `
@group(0) @binding(0) var<storage, read_write> submits: array<u32>;
@compute @workgroup_size(1) fn main() { submits[0] += 1u; }`;

/** The number as it was after a submit, which an answer must bring along. */
export interface Receipt {
  /** Throws a DeviceLostError unless `found` is the number. */
  check(found: number): void;
}

/** The GPU device is gone, or left something out: driver reset, GPU process crash, or destroyed. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

export class SubmitCount {
  readonly #device: GPUDevice;
  readonly #number: GPUBuffer;
  readonly #pipeline: GPUComputePipeline;
  readonly #bindGroup: GPUBindGroup;
  readonly #onMissed: (reason: string) => void;
  #submits = 0;

  /** `onMissed` is told when the numbers differ: nothing that the device gives can be trusted any more. */
  constructor(device: GPUDevice, memory: GpuMemory, onMissed: (reason: string) => void = () => {}) {
    this.#device = device;
    this.#onMissed = onMissed;
    this.#number = memory.storage('submit count', COUNT_BYTES);
    const entries = [{ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'storage' as const } }];
    const layout = device.createBindGroupLayout({ entries });
    this.#pipeline = device.createComputePipeline({
      label: 'submit count',
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ code: CODE }), entryPoint: 'main' },
    });
    this.#bindGroup = device.createBindGroup({
      layout,
      entries: [{ binding: 0, resource: { buffer: this.#number } }],
    });
  }

  /** Submits what was encoded, counted. The number goes to the last word of `answer`, whose reader has it checked. */
  submit(encoder: GPUCommandEncoder, answer?: GPUBuffer): Receipt {
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#bindGroup);
    pass.dispatchWorkgroups(1);
    pass.end();
    if (answer) encoder.copyBufferToBuffer(this.#number, 0, answer, answer.size - COUNT_BYTES, COUNT_BYTES);
    this.#device.queue.submit([encoder.finish()]);
    // The GPU's number wraps round, too.
    this.#submits = (this.#submits + 1) >>> 0;
    const expected = this.#submits;
    return { check: found => this.#check(found, expected) };
  }

  #check(found: number, expected: number): void {
    if (found === expected) return;
    const reason = `it did ${found} of the ${expected} pieces of work that it was given`;
    this.#onMissed(reason);
    throw new DeviceLostError(`the GPU left something out: ${reason}`);
  }
}
