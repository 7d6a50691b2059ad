/** The tfjs backends: one of WebGPU per engine, on a device that is given, and the shared ones of WebGL and the CPU. */
import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Engine } from '../engine.ts';

export type TfjsBackend =
  | { readonly kind: 'webgpu'; readonly device: GPUDevice; readonly info: GPUAdapterInfo }
  | { readonly kind: 'webgl' }
  | { readonly kind: 'cpu' };

export interface OpenBackend {
  readonly name: Engine['name'];
  /** Makes it the one that operations run on. To be called at the start of each synchronous stretch of work. */
  use(): void;
  dispose(): void;
}

let opened = 0;

export async function openTfjsBackend(backend: TfjsBackend): Promise<OpenBackend> {
  switch (backend.kind) {
    case 'webgpu':
      return openWebgpu(backend.device, backend.info);
    case 'webgl':
    case 'cpu': {
      const { kind } = backend;
      if (!(await tf.setBackend(kind))) throw new Error(`tfjs's ${kind} backend does not start`);
      return { name: `tfjs-${kind}`, use: () => void tf.setBackend(kind), dispose: () => {} };
    }
    default:
      throw backend satisfies never;
  }
}

/** Its buffer pool never shrinks, so that each engine has its own backend, which takes the pool with it. */
async function openWebgpu(device: GPUDevice, info: GPUAdapterInfo): Promise<OpenBackend> {
  const name = `webgpu-${++opened}`;
  tf.copyRegisteredKernels('webgpu', name);
  tf.registerBackend(name, () => new WebGPUBackend(device, info));
  if (!(await tf.setBackend(name))) throw new Error("tfjs's WebGPU backend does not start");
  return {
    name: 'tfjs-webgpu',
    // Synchronous once the backend is there: the promise has nothing to tell.
    use: () => void tf.setBackend(name),
    dispose: () => {
      tf.removeBackend(name);
      for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name);
    },
  };
}
