/** Dispatches made ready for replay: pipelines compiled side by side and once per shader text, bind groups made once. */
import type { Binding, Dispatch, Slot } from '../../kernels/dispatch.ts';
import type { PrepareProgress } from '../engine.ts';
import type { GpuMemory } from './gpu-memory.ts';
import { SHAPE_STRIDE } from './plan-bytes.ts';
import { workOf } from './submits.ts';

export interface ReadyDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number];
  readonly flops: number;
  /** See submits.ts. */
  readonly work: number;
}

/** Compiles shaders, each text once, and keeps the pipelines. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Rejects with the browser's own error where a shader does not compile. */
  pipeline(dispatch: Dispatch): Promise<GPUComputePipeline> {
    const { label, code, bindings } = dispatch;
    const key = pipelineKey(dispatch);
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      const device = this.#device;
      pipeline = device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [this.layout(bindings)] }),
        compute: { module: device.createShaderModule({ label, code }), entryPoint: 'main' },
      });
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  layout(bindings: readonly Binding[]): GPUBindGroupLayout {
    const key = signature(bindings);
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = this.#device.createBindGroupLayout({
        entries: bindings.map(({ kind, at }) => ({
          binding: at,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: kind === 'read' ? 'read-only-storage' : kind === 'write' ? 'storage' : 'uniform' },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  async compile(dispatches: readonly Dispatch[], onProgress?: (progress: PrepareProgress) => void): Promise<void> {
    // The longest shaders first: they compile in parallel, and the last to finish is then a short one.
    const longestFirst = [...dispatches].sort((a, b) => b.code.length - a.code.length);
    const pipelines = [...new Set(longestFirst.map(dispatch => this.pipeline(dispatch)))];
    let done = 0;
    onProgress?.({ phase: 'compile', done, total: pipelines.length });
    await Promise.all(
      pipelines.map(async pipeline => {
        await pipeline;
        onProgress?.({ phase: 'compile', done: ++done, total: pipelines.length });
      }),
    );
  }
}

/** Dispatches with the same one share a pipeline. */
export function pipelineKey({ code, bindings }: Pick<Dispatch, 'code' | 'bindings'>): string {
  return `${signature(bindings)}\n${code}`;
}

function signature(bindings: readonly Binding[]): string {
  return bindings.map(({ kind, at }) => `${at}${kind[0]}`).join('');
}

/** Pipelines must be compiled already. `buffer` gives the buffer of a slot; the shapes' uniforms go to one new buffer. */
export async function makeReady(
  device: GPUDevice,
  memory: GpuMemory,
  cache: PipelineCache,
  dispatches: readonly Dispatch[],
  step: GPUBuffer,
  buffer: (slot: Slot) => GPUBuffer,
): Promise<ReadyDispatch[]> {
  const size = Math.max(1, dispatches.length) * SHAPE_STRIDE;
  const shapes = memory.create('shapes', size, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  const words = new Uint32Array(size / 4);
  dispatches.forEach((dispatch, i) => {
    words.set(dispatch.words, (i * SHAPE_STRIDE) / 4);
  });
  device.queue.writeBuffer(shapes, 0, words);
  return Promise.all(
    dispatches.map(async (dispatch, i) => ({
      label: dispatch.label,
      pipeline: await cache.pipeline(dispatch),
      bindGroup: device.createBindGroup({
        label: dispatch.label,
        layout: cache.layout(dispatch.bindings),
        entries: dispatch.bindings.map(binding => ({
          binding: binding.at,
          resource: resource(binding, shapes, i * SHAPE_STRIDE, step, buffer),
        })),
      }),
      workgroups: dispatch.workgroups,
      flops: dispatch.flops,
      work: workOf(dispatch),
    })),
  );
}

function resource(
  binding: Binding,
  shapes: GPUBuffer,
  offset: number,
  step: GPUBuffer,
  buffer: (slot: Slot) => GPUBuffer,
): GPUBufferBinding {
  switch (binding.kind) {
    case 'shape':
      return { buffer: shapes, offset, size: SHAPE_STRIDE };
    case 'step':
      return { buffer: step };
    case 'read':
    case 'write':
      return { buffer: buffer(binding.slot) };
    default:
      throw binding satisfies never;
  }
}

/** Records the dispatches into one pass of one command buffer. */
export function record(encoder: GPUCommandEncoder, dispatches: readonly ReadyDispatch[]): void {
  const pass = encoder.beginComputePass();
  let current: GPUComputePipeline | undefined;
  for (const { pipeline, bindGroup, workgroups } of dispatches) {
    if (pipeline !== current) pass.setPipeline(pipeline);
    current = pipeline;
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  }
  pass.end();
}
